/** The frame around every page: who is logged in, where one can go, what was just said. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError, get, remove } from "./api.ts";
import { forgetUnsaved, saveDrafts } from "./form/draft.ts";
import { messagesOf, type Language, type Messages } from "./messages.ts";
import { CasePage } from "./pages/case.tsx";
import { IncidentsPage } from "./pages/incidents.tsx";
import { Login } from "./pages/login.tsx";
import { NewCasePage } from "./pages/newcase.tsx";
import { InstancePage } from "./pages/instance.tsx";
import { MigrationPage } from "./pages/migration.tsx";
import { MigrationsPage } from "./pages/migrations.tsx";
import { NoWorkPage, UnknownPage } from "./pages/plain.tsx";
import { TaskPage } from "./pages/task.tsx";
import { TasksPage } from "./pages/tasks.tsx";
import { links, match, useAddress, go, type Route } from "./router.ts";
import type { User } from "./types.ts";
import { Icon } from "./ui/icons.tsx";
import { asApiError, firstList, has, roles, WorkbenchContext, type Workbench } from "./workbench.tsx";

interface Toast {
  readonly text: string;
  readonly kind: "success" | "error";
}

const toastSeconds = 10;

/** The session as far as it is known: undefined while asking. */
type Session = { user?: User; error?: ApiError; expired?: boolean } | undefined;

export function App() {
  const [language, setLanguage] = useLanguage();
  const t = messagesOf(language);
  const [session, setSession] = useState<Session>();
  const [toast, say] = useToast();
  const { path, query } = useAddress();

  const ask = useCallback(() => whoAmI().then(setSession), []);
  useEffect(() => void ask(), []);
  const expired = useCallback(() => setSession({ expired: true }), []);
  const user = session?.user;
  const workbench = useMemo<Workbench | undefined>(() => user && { user, language, t, say, expired }, [user, language]);
  const logOut = async () => {
    await saveDrafts();
    await remove("/session").catch(() => undefined);
    forgetUnsaved();
    setSession({});
    say(t.loggedOut);
    go("/");
  };

  return (
    <>
      <a class="skipnav" href="#main-content">{t.skip}</a>
      <Header t={t} user={user} path={path} setLanguage={setLanguage} logOut={() => void logOut()} />
      <main id="main-content" class="container page" tabIndex={-1}>
        {session && !user && <Login t={t} error={session.error} expired={session.expired ?? false} onLogin={(u) => { say(""); forgetUnsaved(u.id); setSession({ user: u }); }} retry={() => void ask()} />}
        {workbench && (
          <WorkbenchContext.Provider value={workbench}>
            <PageOf key={path} route={match(path)} query={query} user={workbench.user} />
          </WorkbenchContext.Provider>
        )}
      </main>
      <Footer t={t} />
      <ToastArea t={t} toast={toast} close={() => say("")} />
    </>
  );
}

function PageOf({ route, query, user }: { route: Route; query: URLSearchParams; user: User }) {
  if (!has(user, ...roles.tasks)) return <NoWorkPage />;
  switch (route.page) {
    case "tasks": return <TasksPage list={route.list ?? firstList(user)} query={query} />;
    case "task": return <TaskPage id={route.id} />;
    case "case": return <CasePage id={route.id} />;
    case "newCase": return <NewCasePage />;
    case "incidents": return <IncidentsPage />;
    case "migrations": return <MigrationsPage query={query} />;
    case "migration": return <MigrationPage id={route.id} />;
    case "instance": return <InstancePage id={route.id} />;
    case "unknown": return <UnknownPage />;
  }
}

function Header({ t, user, path, setLanguage, logOut }: { t: Messages; user?: User; path: string; setLanguage: (l: Language) => void; logOut: () => void }) {
  return (
    <header class="top">
      <div class="container top-row">
        <a class="top-name" href="/"><strong>{t.product}</strong> <span class="top-tagline">{t.tagline}</span></a>
        <div class="top-user">
          <button type="button" class="function-link" lang={t.otherLanguage.code} onClick={() => setLanguage(t.otherLanguage.code)}>
            {t.otherLanguage.name}
          </button>
          {user && (
            <>
              <span class="top-person"><Icon name="account" />{user.name}<span class="top-role">{user.roles.map((r) => t.role[r] ?? r).join(", ")}</span></span>
              <button type="button" class="function-link" onClick={logOut}><Icon name="lock" />{t.logOut}</button>
            </>
          )}
        </div>
      </div>
      {user && has(user, ...roles.tasks) && <Menu t={t} user={user} path={path} />}
    </header>
  );
}

function Menu({ t, user, path }: { t: Messages; user: User; path: string }) {
  const current = path === "/" ? links[firstList(user)] : path;
  const items: [string, string][] = [[links.mine, t.nav.mine], [links.team, t.nav.team]];
  if (has(user, ...roles.cases)) items.push([links.newCase, t.nav.newCase]);
  if (has(user, ...roles.incidents)) items.push([links.incidents, t.nav.stuck], [links.migrations, t.nav.move]);
  return (
    <nav class="top-menu" aria-label={t.menu}>
      <ul class="container">
        {items.map(([href, text]) => (
          <li key={href}><a href={href} aria-current={href === current ? "page" : undefined}>{text}</a></li>
        ))}
      </ul>
    </nav>
  );
}

function Footer({ t }: { t: Messages }) {
  return (
    <footer class="bottom">
      <div class="container">
        <a href="/api/v1/openapi.json">{t.apiDescription}</a>
        <a href="/licenses.txt">{t.licences}</a>
      </div>
    </footer>
  );
}

/** Where the workbench says things. The region is always there, so that screen readers notice what comes into it. */
function ToastArea({ t, toast, close }: { t: Messages; toast?: Toast; close: () => void }) {
  return (
    <div class="say" aria-live="polite" role="status">
      {toast && (
        <div class={`say-box say-${toast.kind}`}>
          <Icon name={toast.kind === "error" ? "error" : "success"} />
          <p>{toast.text}</p>
          <button type="button" class="function-link" onClick={close}><Icon name="close" />{t.close}</button>
        </div>
      )}
    </div>
  );
}

function useToast(): [Toast | undefined, Workbench["say"]] {
  const [toast, setToast] = useState<Toast>();
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const say = useCallback((text: string, kind: Toast["kind"] = "success") => {
    clearTimeout(timer.current);
    setToast(text ? { text, kind } : undefined);
    if (text && kind === "success") timer.current = setTimeout(() => setToast(undefined), toastSeconds * 1000);
  }, []);
  return [toast, say];
}

async function whoAmI(): Promise<Session> {
  try {
    return { user: (await get<{ user: User }>("/session")).user };
  } catch (error) {
    const problem = asApiError(error);
    return problem.status === 401 ? {} : { error: problem };
  }
}

const languageKey = "fasthold.language";

/** The language chosen in this browser; Danish until somebody chooses. */
function useLanguage(): [Language, (l: Language) => void] {
  const [language, setLanguage] = useState<Language>(() => (stored() === "en" ? "en" : "da"));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return [language, (l) => {
    setLanguage(l);
    try {
      localStorage.setItem(languageKey, l);
    } catch { /* A browser that keeps nothing still shows the language now. */ }
  }];
}

function stored(): string | null {
  try {
    return localStorage.getItem(languageKey);
  } catch {
    return null;
  }
}
