package e2e_test

import (
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
	b.heading("Aftal møde på virksomheden")
	require.LessOrEqual(t, b.interactions, mostInteractions)
	require.NotContains(t, elements(h.tasks(caseID)), "call-company")
	b.shot("next-task")
	b.byKeyboardAlone(h, caseID)

	b.caseShows(h, caseID, "hold-meeting")
	b.accessible("a case")
	b.shot("case")
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
	b.sees("what comes next", `document.querySelector("h1") && !document.querySelector("h1").innerText.startsWith("Aftal møde")`)
	h.task(caseID, "hold-meeting")
}

// shownTask is the task whose page is open.
func (b *browser) shownTask(h *house) (t task) {
	b.Helper()
	path := tells[string](b, "decodeURIComponent(location.pathname)")
	h.get("consultant", "/tasks/"+path[strings.LastIndex(path, "/")+1:]).is(200).read(&t)
	return t
}
