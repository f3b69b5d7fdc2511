// Clicks through every story in headless Chromium, at a desk's and a telephone's width, and fails on anything that axe-core (WCAG 2.1 A and AA)
// or the Content-Security-Policy objects to, on any error in the console, and on any request to another host.
//   npm run build && npm run axe [-- --shots FOLDER]        CHROMIUM names another browser
import { readFile } from "node:fs/promises";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root, startStories } from "./bundle.mjs";

const shots = process.argv[2] === "--shots" ? process.argv[3] : undefined;
if (shots) mkdirSync(shots, { recursive: true });

const axe = await readFile(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const findings = [];
const widths = { desk: { width: 1280, height: 900 }, phone: { width: 375, height: 812 } };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  for (const [width, viewport] of Object.entries(widths)) await clickThrough(width, viewport);
} finally {
  await browser.close();
}
for (const finding of findings) console.error(finding);
console.log(findings.length === 0 ? "Nothing to object to." : `${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);

async function clickThrough(width, viewport) {
  const { url, server } = await startStories();
  const context = await browser.newContext({ viewport, locale: "da-DK", timezoneId: "America/New_York" });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  let place = "";
  // A refused request is written to the console by the browser itself; whether it is right is the story's business.
  page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && findings.push(`${width} ${place}: console: ${m.text()}`));
  page.on("pageerror", (e) => findings.push(`${width} ${place}: ${e.message}`));
  page.on("request", (r) => !r.url().startsWith(url) && !r.url().startsWith("data:") && findings.push(`${width} ${place}: asks ${r.url()}`));

  const look = async (name) => {
    place = name;
    await page.waitForFunction(() => !document.querySelector(".loading"));
    await page.waitForTimeout(150); // colours that fade in
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
    for (const v of violations) for (const n of v.nodes) findings.push(`${width} ${name}: ${v.id}: ${v.help}\n    ${n.target.join(" ")}\n    ${n.html.slice(0, 160)}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 1) findings.push(`${width} ${name}: ${wide} pixels wider than the screen`);
    if (shots) await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true });
  };
  const expect = async (what, holds) => (await holds) || findings.push(`${width} ${place}: ${what}`);
  const focused = (selector) => page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);

  await page.goto(url);
  await look("login");
  await page.getByRole("button", { name: /Karen Holm/ }).click();
  await page.getByRole("heading", { name: "Mine opgaver" }).waitFor();
  await look("tasks-mine");
  await expect("the heading has no focus", focused("h1"));
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect("j did not move to the second task", focused("tbody tr:nth-child(2) a"));
  await page.getByRole("searchbox").fill("010101-1234");
  await page.getByText("Søg ikke på CPR-nummer").waitFor();
  await look("tasks-cpr");
  await page.getByRole("searchbox").fill("findes ikke");
  await page.getByRole("heading", { name: "Ingen opgaver passer" }).waitFor();
  await look("tasks-none");

  await page.getByRole("link", { name: "Holdets opgaver" }).click();
  await page.getByRole("button", { name: "Vis flere" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length > 50);
  await look("tasks-team");
  await page.getByRole("button", { name: /^Tag opgave/ }).first().click();
  await page.getByText(/Du har taget opgaven/).waitFor();
  await look("tasks-claimed");
  await expect("the claimed task has no focus", focused("a[data-task]"));

  await page.goto(`${url}/sag/c1`);
  await page.locator(".djs-container .is-here").first().waitFor();
  await look("case");
  await expect("the bpmn.io mark is hidden", page.locator(".bjs-powered-by").isVisible());
  await page.getByRole("button", { name: "Gem notat" }).click();
  await look("case-note-empty");
  await page.getByLabel("Nyt notat").fill("Aftalt at begynde med fire timer om dagen.");
  await page.getByRole("button", { name: "Gem notat" }).click();
  await page.getByText("Notatet er gemt").waitFor();
  await expect("a reminder stands among the deadlines", page.getByText("Snart frist").count().then((n) => n === 0));
  await page.getByRole("button", { name: "Ret navne og kontakt" }).click();
  await page.getByLabel("Borgerens navn").waitFor();
  await expect("the form has no focus", focused("input"));
  await page.getByLabel("E-mail").fill("anders");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Ret 1 fejl" }).waitFor();
  await look("case-contact-errors");
  await page.getByLabel("E-mail").fill("anders.kjaer@nordjysk-maskinfabrik.dk");
  await look("case-contact");
  await page.getByRole("button", { name: "Gem", exact: true }).click();
  await page.getByText("Navne og kontakt er gemt").waitFor();
  await expect("the focus is lost", page.waitForFunction(() => document.activeElement?.textContent === "Ret navne og kontakt").then(() => true, () => false));
  await page.getByRole("link", { name: "anders.kjaer@nordjysk-maskinfabrik.dk" }).waitFor();
  await page.getByRole("button", { name: "Ret navne og kontakt" }).click();
  await page.getByLabel("Kontaktperson").press("Escape");
  await page.getByRole("button", { name: "Afspil forløbet" }).click();
  await page.getByText("1 af 3").waitFor();
  await page.getByRole("slider").press("ArrowRight");
  await page.getByText("2 af 3").waitFor();
  await page.getByRole("button", { name: "Næste" }).click();
  await page.getByText("Udført: Ring til virksomheden").waitFor();
  await page.getByText("Oplysninger", { exact: true }).click();
  await page.locator(".djs-container .is-taken").first().waitFor({ state: "attached" });
  await look("case-replay");
  await page.getByRole("button", { name: "Vis, hvor sagen er nu" }).click();
  await page.getByRole("button", { name: "3 uger frem" }).click();
  await page.getByText(/Sagen er nu ved/).waitFor();
  await page.getByRole("button", { name: "Procesdiagram: Afklar fleksjob" }).click();
  await look("case-child");

  await page.goto(`${url}/sag/c1`);
  await page.getByText("vi hjælper dig med at beholde dit arbejde").click();
  await page.getByText("Kære Mette").waitFor();
  const close = page.getByRole("button", { name: "Luk sag", exact: true });
  await close.press("Enter");
  await page.getByText("åbne opgaver og frister bortfalder").waitFor();
  await expect("the outcomes have no focus", focused("select"));
  await page.keyboard.press("Escape");
  await expect("the focus is not where it was", close.evaluate((e) => e === document.activeElement));
  await close.press("Enter");
  await page.getByRole("button", { name: "Luk sagen" }).click();
  await page.getByRole("heading", { name: "Ret 1 fejl" }).waitFor();
  await look("case-close-errors");
  await page.getByLabel("Hvordan slutter sagen?").selectOption({ label: "Fleksjob" });
  await look("case-close");
  await page.getByRole("button", { name: "Luk sagen" }).click();
  await page.getByText("Bliver afsluttet", { exact: true }).waitFor();
  await expect("the heading has no focus after closing", focused("h1"));
  await expect("a case can be closed twice", close.count().then((n) => n === 0));
  await look("case-closing");
  await page.goto(`${url}/sag/c2`);
  await close.click();
  await page.getByLabel("Hvordan slutter sagen?").selectOption({ label: "Sygemeldingen er annulleret" });
  await page.getByRole("button", { name: "Luk sagen" }).click();
  await page.getByText("allerede ved at blive lukket").waitFor();
  await page.goto(`${url}/sag/c3`);
  await close.click();
  await page.getByLabel("Hvordan slutter sagen?").selectOption({ label: "Overgivet til en anden kommune" });
  await page.getByRole("button", { name: "Luk sagen" }).click();
  await page.getByText("Sagen er lukket.").waitFor();
  await look("case-closed");

  await page.goto(`${url}/opgave/t1`);
  await page.getByRole("button", { name: "Løs opgave" }).click();
  await page.getByRole("heading", { name: /Ret \d+ fejl/ }).waitFor();
  await page.waitForTimeout(100);
  await expect("the error summary has no focus", focused(".error-summary"));
  await look("task-errors");
  await page.locator(".error-summary a").first().click();
  await expect("the link leads to no field", focused("input"));
  await page.getByLabel("Ja", { exact: true }).check();
  await look("task-open");
  await page.getByLabel("Dato", { exact: true }).fill("2026-07-01");
  await page.getByLabel("Tidspunkt", { exact: true }).fill("10:30");
  await page.getByLabel("Hvor?").selectOption({ label: "På virksomheden" });
  await page.getByLabel(/Timer om ugen/).fill("7,5");
  await page.getByLabel("Tilføj: Hvem deltog?").selectOption({ label: "Nærmeste leder" });
  await page.getByLabel("Hvem", { exact: true }).selectOption({ label: "Virksomheden" });
  await page.getByLabel("Hvad", { exact: true }).fill("Hæve-sænke-bord");
  await page.getByRole("button", { name: "Tilføj række" }).click();
  await page.getByRole("button", { name: "Fjern række 2" }).click();
  await page.getByLabel("Notat fra mødet").fill("En diagnose hører ikke til her.");
  await page.getByLabel("Medarbejderen har fået planen").check();
  await page.reload();
  await page.getByText("Din kladde er hentet frem").waitFor();
  await look("task-draft");
  await page.getByRole("button", { name: "Løs opgave" }).click();
  await page.getByRole("heading", { name: "Ret 1 fejl" }).waitFor();
  await look("task-refused");
  await page.getByLabel("Notat fra mødet").fill("Vi aftalte opgaver og timer.");
  await page.getByRole("button", { name: "Løs opgave" }).click();
  await page.getByText(/er løst/).waitFor();
  await look("task-next");
  await page.goto(`${url}/opgave/t1`);
  await look("task-closed");
  await page.goto(`${url}/opgave/t6`);
  await look("task-others");
  await page.goto(`${url}/sager/ny`);
  await page.getByRole("button", { name: "Opret sag" }).click();
  await look("newcase-errors");
  await page.goto(`${url}/findes/ikke`);
  await look("unknown");

  await page.getByRole("button", { name: "Log ud" }).click();
  await page.getByRole("button", { name: /Birgit Skov/ }).click();
  await page.getByRole("heading", { name: "Mine opgaver" }).waitFor();
  await page.goto(`${url}/sag/c1`);
  const hold = page.getByRole("button", { name: "Sæt i bero", exact: true });
  await hold.press("Enter");
  await expect("the reason has no focus", focused("textarea"));
  await page.keyboard.press("Escape");
  await expect("the focus is not where it was", hold.evaluate((e) => e === document.activeElement));
  await hold.press("Enter");
  await page.getByRole("textbox", { name: "Hvorfor?" }).fill("Borgeren er på ferie.");
  await look("case-hold");
  await page.locator(".small-form").getByRole("button", { name: "Sæt i bero" }).click();
  await page.getByRole("heading", { name: "Forløbet er sat i bero" }).waitFor();
  await look("case-held");
  await page.getByRole("button", { name: "Lad forløbet fortsætte" }).click();
  await page.getByRole("textbox", { name: "Hvorfor?" }).fill("Tilbage igen.");
  await page.getByRole("button", { name: "Fortsæt", exact: true }).click();
  await page.getByText("Fristerne er flyttet").waitFor();
  await page.getByRole("link", { name: "Fastlåste sager" }).click();
  await page.getByText("Ingen af vejene videre passer").waitFor();
  await look("incidents");
  await page.getByRole("button", { name: /English/ }).click();
  await page.getByText("A system that the step needs did not answer").waitFor();
  await page.getByText("Technical message").first().click();
  await page.getByText("the log of the worker has the cause").waitFor();
  await look("incidents-english");
  await page.getByRole("button", { name: "Resolve" }).click();
  await expect("the reason has no focus", focused("textarea"));
  await page.getByRole("button", { name: "Resolve and try again" }).click();
  await page.getByRole("link", { name: /What has been done/ }).waitFor();
  await look("incidents-resolve");
  await page.getByLabel("What has been done about it?").fill("Posttjenesten svarer stadig ikke.");
  await page.getByRole("button", { name: "Resolve and try again" }).click();
  await page.getByText("It is noted in the case").waitFor();
  await expect("the form stays open", page.getByLabel("What has been done about it?").count().then((n) => n === 0));
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Resolve" }).click();
  await page.getByLabel("What has been done about it?").fill("The mail service answers again.");
  await page.getByRole("button", { name: "Resolve and try again" }).click();
  await page.getByText("It is noted in the case").waitFor();
  await expect("without a case nothing is noted", page.getByRole("button", { name: "Resolve" }).count().then((n) => n === 0));
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "No stuck cases" }).waitFor();
  await look("incidents-none");
  await page.getByRole("link", { name: "Team tasks" }).click();
  await look("tasks-english");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("button", { name: /NemRefusion/ }).click();
  await look("nowork");
  await context.close();
  server.close();
}
