package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
)

const bundle = "11111111-2222-4333-8444-555555555555"

// event is a canonical event; parts are JSON members that come on top.
func (w world) event(sequence int, kind nemrefusion.Type, parts string) (raw []byte, e nemrefusion.Event) {
	w.Helper()
	eventID := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, bundle, sequence, kind))
	text := fmt.Sprintf(`{"eventId":%q,"source":"nemrefusion","type":%q,"bundleUuid":%q,"messageId":"m%d","sequence":%d,"occurredAt":"2026-03-%02dT09:00:00+01:00"%s}`,
		eventID, kind, bundle, sequence, sequence, sequence, parts)
	e, err := nemrefusion.Parse([]byte(text))
	require.NoError(w, err)
	return []byte(text), e
}

const notified = `,"municipality":"0657","citizen":{"cpr":"2512169996"},"employer":{"cvr":"24256790","contact":{"name":"Kim Holm"}}`

func (w world) notification(sequence int, firstDay string) ([]byte, nemrefusion.Event) {
	return w.event(sequence, nemrefusion.SickNotification, notified+`,"absence":{"firstDay":"`+firstDay+`","paidDuringSickness":true}`)
}

func (w world) receive(raw []byte, e nemrefusion.Event) casework.Receipt {
	w.Helper()
	receipt, err := w.ReceiveNotice(w.ctx, raw, e)
	require.NoError(w, err)
	return receipt
}

// sent empties the outbox and tells what was in it, in order: "start" or the message's name with its variables.
func (w world) sent() (effects []string) {
	w.Helper()
	for range 100 {
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		if len(rows) == 0 {
			return effects
		}
		for _, row := range rows {
			effects = append(effects, describe(row))
			require.NoError(w, w.OutboxDone(w.ctx, row.ID))
		}
	}
	w.Fatal("the outbox does not end")
	return nil
}

func describe(row casework.Outgoing) string {
	switch row.Kind {
	case casework.OutboxStart:
		return "start " + row.Start.ProcessID
	case casework.OutboxMessage:
		return row.Message.Name + " " + string(row.Message.Variables)
	default:
		return "status " + row.Status.Status
	}
}

var intake = map[string]func(world){
	// A notification opens a case, files the event and asks for the process with dates, codes and booleans only.
	"NotificationOpensCase": func(w world) {
		receipt := w.receive(w.notification(1, "2026-02-20"))
		require.Equal(w, "2026-000001", receipt.CaseNumber)
		require.False(w, receipt.Repeated)

		c, err := w.Case(w.ctx, receipt.CaseID)
		require.NoError(w, err)
		require.Equal(w, casework.CaseOpen, c.State)
		require.Equal(w, "2512169996", c.Citizen.CPR.Digits())
		require.Equal(w, "24256790", c.Company.CVR)
		require.Equal(w, "Kim Holm", c.Company.ContactName)
		require.Equal(w, "2026-02-20", c.Facts.FirstAbsenceDay)
		require.Equal(w, herning, c.Municipality)
		require.Equal(w, bundle, c.Bundle)
		require.Equal(w, w.clock.now(), c.OpenedAt)

		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, rows, 1)
		start := rows[0].Start
		require.Equal(w, receipt.CaseID, start.InstanceID)
		require.JSONEq(w, fmt.Sprintf(`{"caseId":%q,"caseNumber":"2026-000001","municipality":"0657","trigger":"notification","openedOn":"2026-03-02",
			"firstAbsenceDay":"2026-02-20","paidDuringSickness":true,"expectedOver8Weeks":null,"section56":false,"workInjury":false,
			"partialHoursPerWeek":null}`, receipt.CaseID), string(start.Variables))
	},

	// The same event twice is one effect, also when its JSON is laid out differently.
	"SameEventTwice": func(w world) {
		raw, e := w.notification(1, "2026-02-20")
		first := w.receive(raw, e)
		var members map[string]any
		require.NoError(w, json.Unmarshal(raw, &members))
		reordered, err := json.MarshalIndent(members, "", "  ")
		require.NoError(w, err)
		again := w.receive(reordered, e)
		require.True(w, again.Repeated)
		again.Repeated = false
		require.Equal(w, first, again)
		require.Equal(w, []string{"start retention"}, w.sent())
	},

	// Fifty copies at once still make one case.
	"SameEventAtOnce": func(w world) {
		raw, e := w.notification(1, "2026-02-20")
		errs := together(50, func(int) error { _, err := w.ReceiveNotice(w.ctx, raw, e); return err })
		require.Equal(w, make([]error, 50), errs)
		require.Equal(w, []string{"start retention"}, w.sent())
	},

	// Another event under the same id, or in the same place of the bundle, is a conflict and changes nothing.
	"SameKeyOtherContent": func(w world) {
		w.receive(w.notification(1, "2026-02-20"))
		raw, e := w.notification(1, "2026-02-23")
		_, err := w.ReceiveNotice(w.ctx, raw, e)
		w.requireCode(casework.Conflict, err)
		text := strings.Replace(string(raw), e.EventID, uuid.NewString(), 1)
		e, err = nemrefusion.Parse([]byte(text))
		require.NoError(w, err)
		_, err = w.ReceiveNotice(w.ctx, []byte(text), e)
		w.requireCode(casework.Conflict, err)
		require.Equal(w, []string{"start retention"}, w.sent())
	},

	// Whatever the order of arrival, one case results with the same facts, and nothing reaches a process before its start.
	"AnyOrderOneCase": func(w world) {
		type arrival struct {
			raw []byte
			e   nemrefusion.Event
		}
		var arrivals []arrival
		add := func(raw []byte, e nemrefusion.Event) { arrivals = append(arrivals, arrival{raw, e}) }
		add(w.event(3, nemrefusion.FullRecovery, `,"effectiveFrom":"2026-03-20"`))
		add(w.event(2, nemrefusion.Correction, notified+`,"absence":{"firstDay":"2026-02-18"}`))
		add(w.notification(1, "2026-02-20"))
		var receipts []casework.Receipt
		for i, a := range arrivals {
			receipts = append(receipts, w.receive(a.raw, a.e))
			if i == 0 {
				require.Empty(w, w.sent(), "a recovery waits for its notification")
			}
		}
		require.Equal(w, receipts[0].CaseID, receipts[2].CaseID)
		require.Equal(w, []string{"start retention", `recovered {"recoveredOn":"2026-03-20"}`}, w.sent())
		c, err := w.Case(w.ctx, receipts[0].CaseID)
		require.NoError(w, err)
		require.Equal(w, "2026-02-18", c.Facts.FirstAbsenceDay)
	},

	// What changes a running case reaches it as a message: names and variables are what the retention process waits for.
	"ChangesReachTheProcess": func(w world) {
		w.receive(w.notification(1, "2026-02-20"))
		w.receive(w.event(2, nemrefusion.Correction, notified+`,"absence":{"firstDay":"2026-02-18","paidDuringSickness":true,"expectedOver8Weeks":false}`))
		w.receive(w.event(3, nemrefusion.PartialRecovery, `,"effectiveFrom":"2026-03-09","absence":{"partialHoursPerWeek":20}`))
		w.receive(w.event(4, nemrefusion.FastTrackRequest, notified+`,"fastTrack":{"requestedBy":"employer","affectedFunctions":"Løft"}`))
		w.receive(w.event(5, nemrefusion.FullRecovery, `,"effectiveFrom":"2026-03-20"`))
		w.receive(w.event(6, nemrefusion.Annulment, ""))
		require.Equal(w, []string{
			"start retention",
			`first-day-corrected {"firstAbsenceDay":"2026-02-18"}`, `facts-corrected {"expectedOver8Weeks":false}`,
			`partial-recovery {"effectiveFrom":"2026-03-09","partialHoursPerWeek":20}`,
			`fast-track-requested {"requestedBy":"employer","requestedOn":"2026-03-04"}`,
			`recovered {"recoveredOn":"2026-03-20"}`, `annulled {}`,
		}, w.sent())
	},

	// What the process has found out stays when an event tells something else.
	"EventsKeepWhatTheProcessSet": func(w world) {
		receipt := w.receive(w.notification(1, "2026-02-20"))
		yes := true
		require.NoError(w, w.SetFacts(w.ctx, receipt.CaseID, func(f *casework.Facts) { f.Track, f.ExpectedOver8Weeks = "ordinary", &yes }))
		w.receive(w.event(2, nemrefusion.Correction, notified+`,"absence":{"firstDay":"2026-02-18","paidDuringSickness":true}`))
		c, err := w.Case(w.ctx, receipt.CaseID)
		require.NoError(w, err)
		require.Equal(w, casework.Facts{FirstAbsenceDay: "2026-02-18", PaidDuringSickness: &yes, ExpectedOver8Weeks: &yes, Track: "ordinary"}, c.Facts)
	},

	// What people have told of the parties stays when an event tells something else, but not of another company or another person.
	"EventsKeepNames": func(w world) {
		id := w.receive(w.notification(1, "2026-02-20")).CaseID
		person, firm, contact := "Nanna Berggren", "Ørsted Værktøj A/S", "Anne Dam"
		require.NoError(w, w.ChangeNames(w.ctx, id, casework.Names{Citizen: &person, Company: &firm, ContactName: &contact}))
		const moved = `,"municipality":"0657","employer":{"cvr":"24256790","pNumber":"1003374621","contact":{"name":"Kim Holm","phone":"96281000"}},"absence":{"firstDay":"2026-02-20"}`
		w.receive(w.event(2, nemrefusion.Correction, moved+`,"citizen":{"cpr":"2512169996"}`))
		c, err := w.Case(w.ctx, id)
		require.NoError(w, err)
		require.Equal(w, casework.Company{CVR: "24256790", PNumber: "1003374621", Name: firm, ContactName: contact, ContactPhone: "96281000"}, c.Company)
		require.Equal(w, person, c.Citizen.Name)
		w.receive(w.event(3, nemrefusion.Correction, strings.ReplaceAll(moved, "24256790", "13585628")+`,"citizen":{"cpr":"2211771212"}`))
		c, err = w.Case(w.ctx, id)
		require.NoError(w, err)
		require.Equal(w, casework.Company{CVR: "13585628", PNumber: "1003374621", ContactName: "Kim Holm", ContactPhone: "96281000"}, c.Company)
		require.Equal(w, casework.Citizen{CPR: cpr(w.T, "2211771212")}, c.Citizen)
	},

	// A fast track request may come first and then begins the process; its answers are case data.
	"FastTrackStarts": func(w world) {
		receipt := w.receive(w.event(1, nemrefusion.FastTrackRequest,
			notified+`,"absence":{"firstDay":"2026-02-27"},"fastTrack":{"requestedBy":"employer","affectedFunctions":"Tunge løft"}`))
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, rows, 1)
		require.Contains(w, string(rows[0].Start.Variables), `"trigger":"fast_track"`)
		require.NotContains(w, string(rows[0].Start.Variables), "løft")
		notes, err := w.Notes(w.ctx, receipt.CaseID, casework.Page{})
		require.NoError(w, err)
		require.Equal(w, "Berørte funktioner: Tunge løft\n", notes.Items[0].Text)
	},

	// An annulment that comes before the start closes the case as annulled; nothing is ever started.
	"AnnulledBeforeStart": func(w world) {
		w.receive(w.event(2, nemrefusion.Annulment, ""))
		receipt := w.receive(w.notification(1, "2026-02-20"))
		require.Empty(w, w.sent())
		c, err := w.Case(w.ctx, receipt.CaseID)
		require.NoError(w, err)
		require.Equal(w, casework.CaseClosed, c.State)
		require.Equal(w, "annulled", c.Outcome)
	},

	// An event after the end changes the facts and tells nobody.
	"AfterTheEnd": func(w world) {
		receipt := w.receive(w.notification(1, "2026-02-20"))
		require.NoError(w, w.CloseCase(w.ctx, receipt.CaseID, "recovered"))
		w.receive(w.event(2, nemrefusion.Correction, notified+`,"absence":{"firstDay":"2026-02-18"}`))
		require.Equal(w, []string{"start retention"}, w.sent())
	},

	// A withdrawn recovery cannot be told to a process: the consultant is alerted.
	"WithdrawnRecovery": func(w world) {
		receipt := w.receive(w.notification(1, "2026-02-20"))
		consultant, err := w.AssignConsultant(w.ctx, receipt.CaseID)
		require.NoError(w, err)
		w.receive(w.event(2, nemrefusion.FullRecovery, `,"effectiveFrom":"2026-03-20","token":"t2"`))
		w.receive(w.event(3, nemrefusion.Annulment, `,"token":"t2"`))
		alerts, err := w.Alerts(w.as(consultant), casework.ForConsultant, casework.Page{})
		require.NoError(w, err)
		require.Len(w, alerts.Items, 1)
		require.Equal(w, "report_withdrawn", alerts.Items[0].Reason)
	},

	// Who sends for one municipality cannot write in another's.
	"OtherMunicipality": func(w world) {
		raw, e := w.notification(1, "2026-02-20")
		_, err := w.ReceiveNotice(w.as("viggo"), raw, e)
		w.requireCode(casework.Forbidden, err)
		require.Empty(w, w.sent())
	},

	// Case numbers run without gap through a Danish year, whoever asks at once and whatever fails.
	"NumbersWithoutGap": func(w world) {
		const n = 40
		errs := together(n, func(i int) error {
			municipality := herning
			if i%4 == 0 {
				municipality = "9999"
			}
			_, err := w.OpenCase(w.ctx, casework.NewCase{
				Municipality: municipality, Citizen: casework.Citizen{CPR: cpr(w.T, "2512169996")}, Facts: casework.Facts{FirstAbsenceDay: "2026-02-20"},
			})
			return err
		})
		for i, err := range errs {
			require.Equal(w, i%4 == 0, err != nil, "%v", err)
		}
		w.clock.advance(time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC).Sub(w.clock.now()))
		require.Equal(w, "2027-000001", w.openCase(herning).Number, "in Denmark it is next year")
		list, err := w.Cases(w.ctx, casework.CaseFilter{Page: casework.Page{Limit: 200}})
		require.NoError(w, err)
		var numbers []string
		for _, c := range list.Items {
			numbers = append(numbers, c.Number)
		}
		slices.Sort(numbers)
		require.Len(w, numbers, n*3/4+1)
		for i, number := range numbers[:n*3/4] {
			require.Equal(w, fmt.Sprintf("2026-%06d", i+1), number)
		}
	},
}
