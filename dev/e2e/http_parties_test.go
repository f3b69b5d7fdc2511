package e2e_test

import (
	"net/http"

	"github.com/stretchr/testify/require"
)

// A notification brings numbers only. What a caseworker tells of them is shown from then on, and the next case of the two begins with it.
func names(h *house) {
	n := sickSince(12)
	n["employer"] = map[string]any{"cvr": "13585628"}
	r := h.tell(n)
	h.awaitTask(r.CaseID, "call-company")
	company := func(caseID string) string {
		var l list[struct{ CompanyName string }]
		h.get("consultant", "/tasks?state=open&case="+caseID).is(200).read(&l)
		return l.Items[0].CompanyName
	}
	require.Equal(h, "CVR 13585628", company(r.CaseID))

	parties := "/cases/" + r.CaseID + "/parties"
	seen := h.get("consultant", parties).is(200).header.Get("ETag")
	told := map[string]any{"citizen": map[string]any{"name": "Nanna Berggren"}, "company": map[string]any{"name": "Øster Bageri", "contactName": "Anne Dam", "contactEmail": "anne@oester.dk"}}
	h.json("consultant", http.MethodPatch, parties, told, "If-Match", seen).is(200)
	h.json("supervisor", http.MethodPatch, parties, told, "If-Match", seen).problem(412)
	h.json("integrator", http.MethodPatch, parties, told).problem(403)
	require.Equal(h, "Øster Bageri", company(r.CaseID))
	h.post("consultant", "/cases/"+r.CaseID+"/close", map[string]any{"outcome": "transferred"}).is(200)
	letters := string(h.get("consultant", "/cases/"+r.CaseID+"/letters").is(200).body)
	require.Contains(h, letters, "Kære Nanna Berggren")
	require.Contains(h, letters, "Til Øster Bageri")

	again := sickSince(3)
	again["employer"], again["citizen"] = n["employer"], n["citizen"]
	next := h.tell(again)
	h.awaitTask(next.CaseID, "call-company")
	require.Equal(h, "Øster Bageri", company(next.CaseID))
	require.Contains(h, string(h.get("consultant", "/cases/"+next.CaseID).is(200).body), `"name":"Nanna Berggren"`)
	require.NotContains(h, string(h.get("supervisor", "/process-instances/"+next.CaseID).body), "Nanna")
}
