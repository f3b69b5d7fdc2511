package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// A supervisor moves a case within its process, by keyboard alone: what would happen is told first, and nothing happens before there is a reason.
func TestWorkbenchShift(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "")
	b := openBrowser(h)
	h.site.Demonstrate(t.Context())
	var open list[task]
	h.get("supervisor", "/tasks?state=open&limit=100").is(200).read(&open)
	var caseID string
	for _, task := range open.Items {
		if task.ElementID == "call-company" {
			caseID = task.CaseID
		}
	}
	require.NotEmpty(t, caseID)

	b.do(chromedp.Navigate(b.url))
	b.click("Lene Lund")
	b.heading("Holdets opgaver")
	b.do(chromedp.Navigate(b.url + "/sag/" + caseID))
	b.heading("Sag " + h.file(caseID).CaseNumber)
	b.labelled("Flyt i forløbet")
	b.tabTo("Flyt i forløbet")
	b.press(kb.Enter)
	b.sees("the focus on what is active", `document.activeElement.matches(".shift input[type=checkbox]")`)
	b.tabTo("Ring til virksomheden")
	if !tells[bool](b, `document.activeElement.checked`) {
		b.press(" ")
	}
	b.goesOnIn("hold-meeting", "Hold m")
	b.sees("that it would get stuck there", `document.querySelector(".would")?.innerText.includes("En frist kunne ikke regnes ud")`)
	tells[bool](b, `(`+labelled("Hvor skal sagen fortsætte?")+`.focus(), true)`)
	b.goesOnIn("book-meeting", "Aftal m")
	b.sees("what would happen", `document.querySelector(".would")?.innerText.includes("Opgaver, der bortfalder") && !document.body.innerText.includes("Her vil sagen gå i stå")`)
	b.accessible("moving a case")
	b.shot("shift")
	require.Contains(t, elements(h.tasks(caseID)), "call-company", "nothing has happened yet")

	b.sees("the focus on the reason", `document.activeElement === `+labelled("Hvorfor flyttes sagen?"))
	b.tabTo("Flyt sagen")
	b.press(kb.Enter)
	b.sees("that a reason is asked for", `document.querySelector(".small-form .error-summary") !== null`)
	b.write("Hvorfor flyttes sagen?", "Virksomheden har selv ringet.")
	b.tabTo("Flyt sagen")
	b.press(kb.Enter)
	b.sees("that it is moved", `document.body.innerText.includes("Sagen er flyttet.")`)
	require.NotContains(t, elements(h.tasks(caseID)), "call-company")
	require.Contains(t, elements(h.tasks(caseID)), "book-meeting")
	require.Contains(t, string(h.get("supervisor", "/process-instances/"+h.file(caseID).ProcessInstanceID+"/history?limit=1000").is(200).body), "Virksomheden har selv ringet.")
	b.shot("shifted")
}

// goesOnIn chooses by typing the beginning of a name, and asks what would happen.
func (b *browser) goesOnIn(element, typed string) {
	b.Helper()
	b.tabTo("Hvor skal sagen fortsætte?")
	b.press(strings.Split(typed, "")...)
	b.sees("the choice", `document.activeElement.value === `+quote(element))
	b.tabTo("Vis, hvad der vil ske")
	b.press(kb.Enter)
}
