package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// mostInteractions is how much clicking and typing one ordinary task may take (domain.md §5.2).
const mostInteractions = 10

// A newcomer's first minutes: log in, see the tasks, fill in a form, and the case goes on.
func TestWorkbench(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "")
	b := openBrowser(h)
	h.site.Demonstrate(t.Context())

	b.do(chromedp.Navigate(b.url))
	b.heading("Log ind")
	b.accessible("log-in")
	b.shot("login")
	b.click("Karen Krogh")
	b.heading("Mine opgaver")
	b.sees("the tasks", `document.querySelectorAll("main table tbody tr").length > 3`)
	b.accessible("the task list")
	b.shot("tasks")

	b.click("Ring til virksomheden")
	b.heading("Ring til virksomheden")
	caseID := b.shownTask(h).CaseID
	b.accessible("a task")
	b.shot("task")
	b.interactions = 0
	b.write("Notat fra samtalen", "Lederen foreslår halve dage fra næste uge.")
	b.click("Ja, delvist")
	b.click("Ja, helst på virksomheden")
	b.click("Løs opgave")
	b.nextTask("Ring til virksomheden")
	require.LessOrEqual(t, b.interactions, mostInteractions)
	require.NotContains(t, elements(h.tasks(caseID)), "call-company")
	b.shot("next-task")
	b.do(chromedp.Navigate(b.url + "/opgave/" + h.task(caseID, "book-meeting").ID))
	b.heading("Aftal møde på virksomheden")
	b.byKeyboardAlone(h, caseID)

	b.caseShows(h, caseID, "hold-meeting")
	b.accessible("a case")
	b.shot("case")
	b.tellsNames(h, caseID)
	b.closesCase(h, caseID)
}

// closesCase closes a case by keyboard, after having thought better of it once.
func (b *browser) closesCase(h *house, caseID string) {
	b.Helper()
	outcomesFocused := `document.activeElement === ` + labelled("Hvordan slutter sagen?")
	b.tabTo("Luk sag")
	b.press(kb.Enter)
	b.sees("the focus on the outcomes", outcomesFocused)
	b.press(kb.Escape)
	b.sees("the focus where it was", `document.activeElement.innerText === "Luk sag"`)
	require.Equal(b, "open", h.file(caseID).State)

	b.press(kb.Enter)
	b.sees("the focus on the outcomes", outcomesFocused)
	b.press(strings.Split("Overgivet", "")...)
	b.accessible("closing a case")
	b.shot("close")
	b.tabTo("Luk sagen")
	b.press(kb.Enter)
	b.sees("that the case is closed", `document.querySelector(".case-head .badge")?.innerText === "Afsluttet"`)
	b.sees("the focus on the heading", `document.activeElement === document.querySelector("h1")`)
	b.click("Din sag er afsluttet")
	b.accessible("a closed case")
	b.shot("closed")
	require.Equal(b, []string{"closed", "transferred"}, []string{h.file(caseID).State, h.file(caseID).Outcome})
	require.Empty(b, h.tasks(caseID))
}

// tellsNames tells what a notification did not, by keyboard, and sees it on the page.
func (b *browser) tellsNames(h *house, caseID string) {
	b.Helper()
	h.json("consultant", "PATCH", "/cases/"+caseID+"/parties", map[string]any{"citizen": map[string]any{"name": ""}, "company": map[string]any{"name": "", "contactName": ""}}).is(200)
	b.click("Ret navne og kontakt")
	b.write("Borgerens navn", "Nanna Berggren")
	b.write("Virksomhedens navn", "Øster Bageri")
	b.write("Kontaktperson", "Anne Dam")
	b.accessible("names and contact")
	b.press(kb.Enter)
	b.sees("the names", `document.querySelector(".case-head .lead")?.innerText === "Nanna Berggren · Øster Bageri"`)
	b.sees("the contact", `[...document.querySelectorAll("dd")].some((e) => e.innerText === "Anne Dam")`)
	b.sees("the focus where it was", `document.activeElement.innerText === "Ret navne og kontakt"`)
	b.shot("names")
}

// caseShows goes to a case, whose diagram must mark where it stands.
func (b *browser) caseShows(h *house, caseID, element string) {
	b.Helper()
	b.do(chromedp.Navigate(b.url + "/sag/" + caseID))
	b.heading("Sag " + h.file(caseID).CaseNumber)
	b.sees("a token in the diagram", `document.querySelector(".djs-element.is-here[data-element-id=`+element+`]") !== null`)
}

// byKeyboardAlone agrees on a meeting without a mouse; the page shows the form of booking it.
func (b *browser) byKeyboardAlone(h *house, caseID string) {
	b.Helper()
	b.interactions = 0
	// Typed so that it is the same day and hour wherever the browser puts month and day, and morning and afternoon.
	b.tabTo("Dato")
	b.press(strings.Split("1212"+time.Now().Format("2006"), "")...)
	b.tabTo("Klokkeslæt")
	b.press("1", "0", "0", "0", "a")
	b.tabTo("Løs opgave")
	b.press(kb.Enter)
	b.nextTask("Aftal møde på virksomheden")
	h.task(caseID, "hold-meeting")
}

// nextTask waits until the page has left a task that is done for whatever of the case is most urgent.
func (b *browser) nextTask(done string) {
	b.Helper()
	b.sees("what comes next", fmt.Sprintf(`document.querySelector("h1") && !document.querySelector(".loading") && !document.querySelector("h1").innerText.startsWith(%s)`, quote(done)))
}

// shownTask is the task whose page is open.
func (b *browser) shownTask(h *house) (t task) {
	b.Helper()
	path := tells[string](b, "decodeURIComponent(location.pathname)")
	h.get("consultant", "/tasks/"+path[strings.LastIndex(path, "/")+1:]).is(200).read(&t)
	return t
}
