package storetest

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
)

var privacy = map[string]func(world){
	// Nothing that goes out to Temporal or an integrator holds a person's number or name.
	"OutboxHoldsNoPerson": func(w world) {
		w.receive(w.notification(1, "2026-02-20"))
		w.receive(w.event(2, nemrefusion.FastTrackRequest, notified+`,"fastTrack":{"requestedBy":"employer","affectedFunctions":"Hemmelig tekst"}`))
		c := w.openCase(herning)
		require.NoError(w, w.TellStatus(w.ctx, "s", c.ID, "contacted"))
		for range 5 {
			rows, err := w.NextOutbox(w.ctx, 10)
			require.NoError(w, err)
			for _, row := range rows {
				text, err := json.Marshal(row)
				require.NoError(w, err)
				for _, secret := range []string{"2512169996", "Berggren", "Kim Holm", "Hemmelig", "Ørsted"} {
					require.NotContains(w, string(text), secret)
				}
				require.NoError(w, w.OutboxDone(w.ctx, row.ID))
			}
		}
	},

	// However a method fails, its error tells no person's number.
	"ErrorsHoldNoPerson": func(w world) {
		const digits = "2512169996"
		dead, cancel := context.WithCancel(w.ctx)
		cancel()
		person := casework.Citizen{CPR: cpr(w.T, digits), Name: digits}
		raw, e := w.notification(1, "2026-02-20")
		for _, ctx := range []context.Context{w.ctx, dead, w.as("viggo")} {
			for _, err := range []error{
				errorOf(w.OpenCase(ctx, casework.NewCase{Municipality: digits, Citizen: person})),
				errorOf(w.OpenCase(ctx, casework.NewCase{Municipality: herning, Citizen: person, Facts: casework.Facts{FirstAbsenceDay: digits}})),
				errorOf(w.ReceiveNotice(ctx, []byte(strings.Replace(string(raw), "2026-02-20", "2026-02-21", 1)), e)),
				errorOf(w.ReceiveNotice(ctx, raw, e)), errorOf(w.ReceiveNotice(ctx, []byte(digits+"{"), e)),
				errorOf(w.Cases(ctx, casework.CaseFilter{CPR: person.CPR, Page: casework.Page{Cursor: digits}})),
				errorOf(w.Cases(ctx, casework.CaseFilter{CPR: person.CPR, Purpose: digits})),
				errorOf(w.SaveLetter(ctx, digits, 1, "letter", casework.Letter{CaseID: digits, Body: digits})), errorOf(w.AddNote(ctx, digits, digits)),
				errorOf(w.Case(ctx, digits)), errorOf(w.Task(ctx, digits)), errorOf(w.User(ctx, digits)), errorOf(w.Recall(ctx, digits, digits)),
				w.CloseCase(ctx, digits, digits), w.SeeAlert(ctx, digits), w.ChangeConsultant(ctx, digits, digits, digits),
				w.Publish(ctx, casework.Message{Name: "m", CorrelationKey: "k", Variables: json.RawMessage(digits)}),
			} {
				if err != nil {
					require.NotContains(w, err.Error(), digits)
				}
			}
		}
	},
}
