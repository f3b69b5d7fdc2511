package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
)

// calls lets the process of a case call another.
func (w world) calls(caseID, instance string, state casework.InstanceState) {
	w.Helper()
	w.apply(instance, caseID, 1, func(p *casework.Projection) {
		p.Instance.ProcessID, p.Instance.ParentID, p.Instance.State = "fleksjob", caseID, state
	})
}

// called are the names of a case's company and citizen.
func (w world) called(caseID string) []string {
	w.Helper()
	c, err := w.Case(w.ctx, caseID)
	require.NoError(w, err)
	return []string{c.Company.Name, c.Citizen.Name}
}

// openUnnamed opens a case by numbers alone.
func (w world) openUnnamed(cvr, person string) string {
	w.Helper()
	c, err := w.OpenCase(w.ctx, casework.NewCase{
		Municipality: herning, Citizen: casework.Citizen{CPR: cpr(w.T, person)}, Company: casework.Company{CVR: cvr}, Facts: casework.Facts{FirstAbsenceDay: "2026-02-20"},
	})
	require.NoError(w, err)
	return c.ID
}

var cases = map[string]func(world){
	// A case opened by hand starts its process with the trigger manual.
	"OpenByHand": func(w world) {
		c := w.openCase(herning)
		require.Equal(w, "Nanna Berggren", c.Citizen.Name)
		rows, err := w.NextOutbox(w.ctx, 1)
		require.NoError(w, err)
		require.Equal(w, c.ID, rows[0].Start.InstanceID)
		require.Contains(w, string(rows[0].Start.Variables), `"trigger":"manual"`)
		read, err := w.Case(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, c, read)
	},

	"OpenRefuses": func(w world) {
		good := casework.NewCase{
			Municipality: herning, Citizen: casework.Citizen{CPR: cpr(w.T, "2512169996")}, Facts: casework.Facts{FirstAbsenceDay: "2026-02-20"},
		}
		for name, spoil := range map[string]func(*casework.NewCase){
			"municipality": func(n *casework.NewCase) { n.Municipality = "0999" },
			"cpr":          func(n *casework.NewCase) { n.Citizen.CPR = casework.CPR{} },
			"day":          func(n *casework.NewCase) { n.Facts.FirstAbsenceDay = "20-02-2026" },
		} {
			bad := good
			spoil(&bad)
			_, err := w.OpenCase(w.as("anna"), bad)
			require.Contains(w, []casework.Code{casework.Invalid, casework.Forbidden}, casework.CodeOf(err), name)
		}
		_, err := w.OpenCase(w.as("viggo"), good)
		w.requireCode(casework.Forbidden, err)
	},

	// Somebody of one municipality neither sees nor changes a case of another, and cannot tell that there is one.
	"OtherMunicipality": func(w world) {
		c := w.openCase(herning)
		ctx := w.as("viggo")
		_, err := w.AddNote(ctx, c.ID, "x")
		w.requireCode(casework.NotFound, err)
		w.requireCode(casework.NotFound, w.CloseCase(ctx, c.ID, "recovered"))
		for name, read := range map[string]func() error{
			"case":     func() error { _, err := w.Case(ctx, c.ID); return err },
			"notes":    func() error { _, err := w.Notes(ctx, c.ID, casework.Page{}); return err },
			"timeline": func() error { _, err := w.Timeline(ctx, c.ID, casework.Page{}); return err },
			"plan":     func() error { _, err := w.Plan(ctx, c.ID, 0); return err },
			"letters":  func() error { _, err := w.Letters(ctx, c.ID, casework.Page{}); return err },
			"access":   func() error { _, err := w.Accesses(ctx, c.ID, casework.Page{}); return err },
			"nobody's": func() error { _, err := w.Case(ctx, "nobody's"); return err },
		} {
			require.Equal(w, casework.NotFound, casework.CodeOf(read()), name)
		}
		list, err := w.Cases(ctx, casework.CaseFilter{CPR: cpr(w.T, "2512169996")})
		require.NoError(w, err)
		require.Empty(w, list.Items)
	},

	// The consultant is the one with the fewest open cases (B08), and stays (B12).
	"AssignsLeastLoaded": func(w world) {
		assigned := map[string]int{}
		var first string
		for n := range 6 {
			c := w.openCase(herning)
			consultant, err := w.AssignConsultant(w.ctx, c.ID)
			require.NoError(w, err)
			assigned[consultant]++
			again, err := w.AssignConsultant(w.ctx, c.ID)
			require.NoError(w, err)
			require.Equal(w, consultant, again)
			if n == 0 {
				first = c.ID
			}
		}
		require.Equal(w, map[string]int{"anna": 3, "bo": 3}, assigned)
		require.NoError(w, w.CloseCase(w.ctx, first, "recovered"))
		consultant, err := w.AssignConsultant(w.ctx, w.openCase(herning).ID)
		require.NoError(w, err)
		require.Equal(w, "anna", consultant, "who has closed one has room for one")
	},

	"AssignsEvenlyAtOnce": func(w world) {
		var ids []string
		for range 20 {
			ids = append(ids, w.openCase(herning).ID)
		}
		require.Equal(w, make([]error, 20), together(20, func(i int) error { _, err := w.AssignConsultant(w.ctx, ids[i]); return err }))
		for _, consultant := range []string{"anna", "bo"} {
			list, err := w.Cases(w.ctx, casework.CaseFilter{Consultant: consultant})
			require.NoError(w, err)
			require.Len(w, list.Items, 10)
		}
	},

	"NobodyToAssign": func(w world) {
		_, err := w.AssignConsultant(w.ctx, w.openCase("0101").ID)
		w.requireCode(casework.Conflict, err)
	},

	// Changing hands takes a reason, which becomes a note, and is told to the process.
	"ChangesHands": func(w world) {
		c := w.openCase(herning)
		_, err := w.AssignConsultant(w.ctx, c.ID)
		require.NoError(w, err)
		w.requireCode(casework.Invalid, w.ChangeConsultant(w.as("clara"), c.ID, "bo", ""))
		w.requireCode(casework.Invalid, w.ChangeConsultant(w.ctx, c.ID, "viggo", "nærmere"))
		w.requireCode(casework.NotFound, w.ChangeConsultant(w.ctx, c.ID, "nobody", "ferie"))
		require.NoError(w, w.ChangeConsultant(w.as("clara"), c.ID, "bo", "Anna har orlov."))
		require.Equal(w, []string{"start retention", `consultant-changed {"consultant":"bo"}`}, w.sent())
		w.calls(c.ID, "over", casework.InstanceCompleted)
		w.calls(c.ID, "stuck", casework.InstanceIncident)
		w.calls(c.ID, "under way", casework.InstanceActive)
		w.calls(w.openCase(herning).ID, "another's", casework.InstanceActive)
		w.sent()
		require.NoError(w, w.ChangeConsultant(w.as("clara"), c.ID, "anna", "Anna er tilbage."))
		require.ElementsMatch(w, []string{c.ID, "stuck", "under way"}, w.told(), "what the process has called is told too")
		w.clock.advance(time.Hour)
		require.NoError(w, w.ChangeConsultant(w.as("clara"), c.ID, "bo", "Anna har orlov igen."))
		notes, err := w.Notes(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Equal(w, "Anna har orlov igen.", notes.Items[0].Text)
		require.Equal(w, "clara", notes.Items[0].Author)
		require.NoError(w, w.CloseCase(w.ctx, c.ID, "recovered"))
		w.requireCode(casework.Conflict, w.ChangeConsultant(w.ctx, c.ID, "anna", "tilbage"))
	},

	"Closes": func(w world) {
		c := w.openCase(herning)
		w.requireCode(casework.Invalid, w.CloseCase(w.ctx, c.ID, ""))
		require.NoError(w, w.CloseCase(w.ctx, c.ID, "recovered"))
		w.clock.advance(time.Hour)
		require.NoError(w, w.CloseCase(w.ctx, c.ID, "recovered"))
		closed, err := w.Case(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, casework.CaseClosed, closed.State)
		require.Equal(w, "recovered", closed.Outcome)
		require.Equal(w, w.clock.now().Add(-time.Hour), *closed.ClosedAt)
		require.Greater(w, closed.Version, c.Version)
	},

	// Who closes a case by hand tells its process, which closes it.
	"ClosesByHand": func(w world) {
		c := w.openCase(herning)
		clara := w.as("clara")
		w.requireCode(casework.Invalid, w.CloseByHand(clara, c.ID, ""))
		w.requireCode(casework.NotFound, w.CloseByHand(w.as("viggo"), c.ID, "transferred"))
		require.NoError(w, w.CloseByHand(clara, c.ID, "transferred"))
		require.Equal(w, []string{"start retention", `case-closed {"outcome":"transferred"}`}, w.sent())
		w.requireCode(casework.Conflict, w.CloseByHand(clara, c.ID, "transferred"))
		asked, err := w.Case(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, []any{casework.CaseOpen, "", "transferred"}, []any{asked.State, asked.Outcome, asked.Closing})
		require.NoError(w, w.CloseCase(w.ctx, c.ID, "transferred"))
		w.requireCode(casework.Conflict, w.CloseByHand(clara, c.ID, "transferred"))
		closed, err := w.Case(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, []any{casework.CaseClosed, "transferred", ""}, []any{closed.State, closed.Outcome, closed.Closing})
		lines, err := w.Timeline(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Equal(w, []string{"case_closed", "", "case_closing", "clara"}, []string{lines.Items[0].Kind, lines.Items[0].Actor, lines.Items[1].Kind, lines.Items[1].Actor})
		require.Empty(w, w.sent())
	},

	// Of many who close a case at once, one does.
	"ClosesByHandOnce": func(w world) {
		c := w.openCase(herning)
		done := 0
		for _, err := range together(10, func(int) error { return w.CloseByHand(w.as("anna"), c.ID, "transferred") }) {
			if err == nil {
				done++
			} else {
				w.requireCode(casework.Conflict, err)
			}
		}
		require.Equal(w, 1, done)
		require.Len(w, w.sent(), 2)
	},

	// Without a process that could close it, the case is closed at once: one that has not begun, and one that was canceled.
	"ClosesByHandAtOnce": func(w world) {
		unstarted := w.receive(w.event(3, nemrefusion.FullRecovery, `,"effectiveFrom":"2026-03-20","municipality":"0657","citizen":{"cpr":"2512169996"}`))
		require.NoError(w, w.CloseByHand(w.ctx, unstarted.CaseID, "transferred"))
		canceled := w.openCase(herning)
		w.apply(canceled.ID, canceled.ID, 1, func(p *casework.Projection) { p.Instance.State = casework.InstanceActive })
		require.NoError(w, w.CloseByHand(w.ctx, canceled.ID, "transferred"))
		w.apply(canceled.ID, canceled.ID, 2, func(p *casework.Projection) { p.Instance.State = casework.InstanceCanceled })
		w.sent()
		require.NoError(w, w.CloseByHand(w.ctx, canceled.ID, "transferred"), "it was asked to, and cannot any more")
		for _, id := range []string{unstarted.CaseID, canceled.ID} {
			c, err := w.Case(w.ctx, id)
			require.NoError(w, err)
			require.Equal(w, casework.CaseClosed, c.State)
		}
		require.Empty(w, w.sent())
	},

	// What people tell of the parties is kept, found again, written down, and refused when somebody else was first.
	"NamesOfParties": func(w world) {
		c := w.openCase(herning)
		name, nobody, phone := "Rasmus Årup", "", "96 28 10 00"
		ctx := casework.WithVersion(w.as("anna"), c.Version)
		require.NoError(w, w.ChangeNames(ctx, c.ID, casework.Names{Citizen: &name, ContactPhone: &phone}))
		w.requireCode(casework.Stale, w.ChangeNames(ctx, c.ID, casework.Names{Citizen: &nobody}))
		w.requireCode(casework.NotFound, w.ChangeNames(w.as("viggo"), c.ID, casework.Names{Citizen: &nobody}))
		got, err := w.Case(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, casework.Citizen{CPR: c.Citizen.CPR, Name: name}, got.Citizen)
		require.Equal(w, casework.Company{CVR: "24256790", Name: "Ørsted Værktøj A/S", ContactPhone: phone}, got.Company)
		firm := "Øster Bageri"
		require.NoError(w, w.ChangeNames(w.as("anna"), c.ID, casework.Names{Company: &firm, Citizen: &nobody, ContactPhone: &nobody}))
		found, err := w.Cases(w.ctx, casework.CaseFilter{Text: "øster b"})
		require.NoError(w, err)
		require.Len(w, found.Items, 1)
		require.Empty(w, found.Items[0].Citizen.Name)
		lines, err := w.Timeline(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Equal(w, casework.TimelineEntry{At: w.clock.now(), Kind: "parties_changed", Title: "Navne og kontakt er ændret", Actor: "anna"}, lines.Items[0])
	},

	// A new case has the names that its municipality was told last, of the same company and of the same person.
	"RecallsNames": func(w world) {
		w.openCase(viborg)
		before := w.receive(w.notification(1, "2026-02-20"))
		require.Equal(w, []string{"", ""}, w.called(before.CaseID), "another municipality was told")
		w.openCase(herning)
		w.clock.advance(time.Hour)
		latest := w.openCase(herning)
		person, firm := "Nanna Berggren-Holm", "Ørsted A/S"
		require.NoError(w, w.ChangeNames(w.ctx, latest.ID, casework.Names{Citizen: &person, Company: &firm}))
		w.clock.advance(time.Hour)
		after := w.openUnnamed("24256790", "2512169996")
		require.Equal(w, []string{firm, person}, w.called(after))
		require.Equal(w, []string{firm, ""}, w.called(w.openUnnamed("24256790", "2211771212")))
		require.Equal(w, []string{"", person}, w.called(w.openUnnamed("13585628", "2512169996")))
	},

	// Every way to look for a case finds it, and pages hang together.
	"Search": func(w world) {
		var all []casework.Case
		for range 9 {
			w.clock.advance(time.Second)
			all = append(all, w.openCase(herning))
		}
		require.NoError(w, w.CloseCase(w.ctx, all[4].ID, "recovered"))
		_, err := w.AssignConsultant(w.ctx, all[2].ID)
		require.NoError(w, err)
		search := func(f casework.CaseFilter) (numbers []string) {
			for _, c := range pages(w, 2, func(p casework.Page) (casework.List[casework.Case], error) {
				f.Page = p
				return w.Cases(w.as("clara"), f)
			}) {
				numbers = append(numbers, c.Number)
			}
			return numbers
		}
		everything := search(casework.CaseFilter{})
		require.Len(w, everything, 9)
		require.Equal(w, all[8].Number, everything[0], "newest first")
		require.Equal(w, all[0].Number, everything[8])
		require.Len(w, search(casework.CaseFilter{State: casework.CaseOpen}), 8)
		require.Equal(w, []string{all[4].Number}, search(casework.CaseFilter{State: casework.CaseClosed}))
		require.Equal(w, []string{all[3].Number}, search(casework.CaseFilter{Number: all[3].Number}))
		require.Equal(w, []string{all[2].Number}, search(casework.CaseFilter{Consultant: "anna"}))
		require.Len(w, search(casework.CaseFilter{CPR: cpr(w.T, "251216-9996"), Purpose: "test"}), 9)
		require.Empty(w, search(casework.CaseFilter{CPR: cpr(w.T, "2211771212")}))
		require.Len(w, search(casework.CaseFilter{CVR: "24256790"}), 9)
		require.Len(w, search(casework.CaseFilter{Text: "ØRSTED VÆRKTØJ"}), 9)
		require.Empty(w, search(casework.CaseFilter{Text: "ørsted%"}))
		require.Equal(w, []string{all[6].Number}, search(casework.CaseFilter{Text: "000007"}))
	},

	// Whoever looks up a person leaves a trace, also when nobody was found.
	"LookUpLeavesATrace": func(w world) {
		c := w.openCase(herning)
		_, err := w.Cases(w.as("anna"), casework.CaseFilter{CPR: cpr(w.T, "2512169996"), Purpose: "opkald fra borgeren"})
		require.NoError(w, err)
		w.clock.advance(time.Second)
		require.NoError(w, w.RecordAccess(w.as("bo"), c.ID, "case_viewed", "opgave"))
		trace := pages(w, 1, func(p casework.Page) (casework.List[casework.Access], error) { return w.Accesses(w.ctx, c.ID, p) })
		require.Equal(w, []casework.Access{
			{At: w.clock.now(), Actor: "bo", CaseID: c.ID, Action: "case_viewed", Purpose: "opgave"},
			{At: w.clock.now().Add(-time.Second), Actor: "anna", CaseID: c.ID, Action: "cpr_search", Purpose: "opkald fra borgeren"},
		}, trace)
	},

	// The timeline tells everything that happened, latest first.
	"Timeline": func(w world) {
		c := w.openCase(herning)
		w.clock.advance(time.Hour)
		_, err := w.AssignConsultant(w.ctx, c.ID)
		require.NoError(w, err)
		_, err = w.AddNote(w.as("anna"), c.ID, "  Virksomheden ringer i morgen.\n")
		require.NoError(w, err)
		_, err = w.SaveLetter(w.ctx, c.ID, 3, "letter", casework.Letter{CaseID: c.ID, Template: "welcome", Receiver: "company", Subject: "Om sygefraværet", Body: "…"})
		require.NoError(w, err)
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) {
			p.History = []casework.Step{
				{Kind: "started"}, {Kind: "entered", ElementID: "call", Type: "userTask"},
				{Kind: "completed", ElementID: "call", Name: "Ring", Type: "userTask", Actor: "anna"}, {Kind: "flow", ElementID: "f"},
			}
		})
		var lines []string
		for _, e := range pages(w, 2, func(p casework.Page) (casework.List[casework.TimelineEntry], error) {
			return w.Timeline(w.ctx, c.ID, p)
		}) {
			lines = append(lines, fmt.Sprintf("%s|%s|%s|%s", e.Kind, e.Title, e.Detail, e.Actor))
		}
		require.Equal(w, []string{
			"process_completed|Opgave løst: Ring||anna", "process_started|Forløbet er sat i gang||",
			"letter|Brev til virksomheden|Om sygefraværet|", "note|Notat|Virksomheden ringer i morgen.|anna",
			"consultant_assigned|Fastholdelseskonsulent tildelt||", "case_opened|Sagen er oprettet||",
		}, lines)
	},

	"Notes": func(w world) {
		c := w.openCase(herning)
		w.requireCode(casework.Invalid, errorOf(w.AddNote(w.ctx, c.ID, " \n")))
		w.requireCode(casework.Invalid, errorOf(w.AddNote(w.ctx, c.ID, string(make([]byte, 20001)))))
		for range 5 {
			_, err := w.AddNote(w.as("anna"), c.ID, "æøå")
			require.NoError(w, err)
		}
		require.Len(w, pages(w, 2, func(p casework.Page) (casework.List[casework.Note], error) { return w.Notes(w.ctx, c.ID, p) }), 5)
	},

	// An alert is for the case's consultant or the municipality's supervisors, comes once, and goes when seen.
	"Alerts": func(w world) {
		c := w.openCase(herning)
		consultant, err := w.AssignConsultant(w.ctx, c.ID)
		require.NoError(w, err)
		for range 2 {
			require.NoError(w, w.Alert(w.ctx, casework.Alert{ID: "a1", CaseID: c.ID, Audience: casework.ForConsultant, Reason: "call-company"}))
			require.NoError(w, w.Alert(w.ctx, casework.Alert{ID: "a2", CaseID: c.ID, Audience: casework.ForSupervisor, Reason: "call_late"}))
		}
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) { p.Tasks = []casework.Task{w.openTask("t", 1)} })
		list := func(user string, audience casework.Audience) []casework.Alert {
			list, err := w.Alerts(w.as(user), audience, casework.Page{})
			require.NoError(w, err)
			return list.Items
		}
		require.Equal(w, []casework.Alert{
			{ID: "a1", CaseID: c.ID, CaseNumber: c.Number, Audience: casework.ForConsultant, Reason: "call-company", Task: "Ring til virksomheden", At: w.clock.now()},
		}, list(consultant, casework.ForConsultant))
		require.Empty(w, list("clara", casework.ForConsultant))
		require.Len(w, list("clara", casework.ForSupervisor), 1)
		require.Empty(w, list("viggo", casework.ForSupervisor))
		w.requireCode(casework.NotFound, w.SeeAlert(w.as("viggo"), "a2"))
		require.NoError(w, w.SeeAlert(w.as("clara"), "a2"))
		require.Empty(w, list("clara", casework.ForSupervisor))
	},

	// The integrator hears a status once.
	"Status": func(w world) {
		c := w.openCase(herning)
		w.sent()
		for range 2 {
			require.NoError(w, w.TellStatus(w.ctx, "s1", c.ID, "contacted"))
		}
		require.Equal(w, []string{"status contacted"}, w.sent())
	},

	// A letter is produced once for an element instance, however often its activity runs.
	"Letters": func(w world) {
		c := w.openCase(herning)
		letter := casework.Letter{CaseID: c.ID, Template: "welcome", Receiver: "citizen", Subject: "Om dit sygefravær", Body: "Kære Nanna"}
		first, err := w.SaveLetter(w.ctx, c.ID, 3, "letter", letter)
		require.NoError(w, err)
		again, err := w.SaveLetter(w.ctx, c.ID, 3, "letter", letter)
		require.NoError(w, err)
		require.Equal(w, first, again)
		_, err = w.SaveLetter(w.ctx, c.ID, 4, "letter", letter)
		require.NoError(w, err)
		_, err = w.SaveLetter(w.ctx, c.ID, 3, "instead", letter)
		require.NoError(w, err, "the key was given to another element")
		list, err := w.Letters(w.as("anna"), c.ID, casework.Page{})
		require.NoError(w, err)
		require.Len(w, list.Items, 3)
		require.Equal(w, "Kære Nanna", list.Items[0].Body)
	},
}

func errorOf[T any](_ T, err error) error { return err }
