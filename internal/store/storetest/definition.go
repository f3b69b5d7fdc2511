package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

func form(id, content string) casework.Resource {
	return casework.Resource{Kind: casework.ResourceForm, ID: id, Name: id + ".form", Bytes: []byte(content), Hash: "hash of " + content}
}

var definitions = map[string]func(world){
	// New content is a new version; the same content is the version it was.
	"Versions": func(w world) {
		deploy := func(content, hash string) casework.Deployment {
			d, err := w.Deploy(w.as("anna"), []casework.Resource{form("f", content)},
				[]casework.ProcessDefinition{{ProcessID: "p", Name: "P " + hash, VersionTag: "1.0", Hash: hash, ResourceHashes: []string{"x", "y"}, StartMessages: []string{"m"}}})
			require.NoError(w, err)
			return d
		}
		first, same, second := deploy("a", "h1"), deploy("a", "h1"), deploy("b", "h2")
		require.Equal(w, 1, first.Resources[0].Version)
		require.Equal(w, first.Resources, same.Resources)
		require.Equal(w, first.Processes[0].Version, same.Processes[0].Version)
		require.Equal(w, 2, second.Resources[0].Version)
		require.Equal(w, 2, second.Processes[0].Version)

		read, err := w.Definition(w.ctx, "h1")
		require.NoError(w, err)
		require.Equal(w, casework.ProcessDefinition{
			ProcessID: "p", Name: "P h1", VersionTag: "1.0", Hash: "h1", ResourceHashes: []string{"x", "y"}, StartMessages: []string{"m"},
			Version: 1, DeployedAt: w.clock.now(), DeployedBy: "anna",
		}, read)
		latest, err := w.LatestDefinition(w.ctx, "p")
		require.NoError(w, err)
		require.Equal(w, "h2", latest.Hash)
		one, err := w.DefinitionVersion(w.ctx, "p", 1)
		require.NoError(w, err)
		require.Equal(w, read, one)
		f, err := w.LatestForm(w.ctx, "f")
		require.NoError(w, err)
		require.Equal(w, "b", string(f.Bytes))
		old, err := w.Resource(w.ctx, "hash of a")
		require.NoError(w, err)
		require.Equal(w, "a", string(old.Bytes))
	},

	// Going back to old content is a step forward: a new version that runs what the old one did.
	"BackToOldContent": func(w world) {
		for _, hash := range []string{"h1", "h2", "h1"} {
			_, err := w.Deploy(w.ctx, nil, []casework.ProcessDefinition{{ProcessID: "p", Hash: hash}})
			require.NoError(w, err)
		}
		latest, err := w.LatestDefinition(w.ctx, "p")
		require.NoError(w, err)
		require.Equal(w, 3, latest.Version)
		byHash, err := w.Definition(w.ctx, "h1")
		require.NoError(w, err)
		require.Equal(w, 3, byHash.Version)
		versions, err := w.Definitions(w.ctx, "p")
		require.NoError(w, err)
		require.Len(w, versions, 3)
		processes, err := w.Definitions(w.ctx, "")
		require.NoError(w, err)
		require.Equal(w, []casework.ProcessDefinition{latest}, processes)
	},

	"SameAtOnce": func(w world) {
		errs := together(20, func(int) error {
			_, err := w.Deploy(w.ctx, []casework.Resource{form("f", "a")}, []casework.ProcessDefinition{{ProcessID: "p", Hash: "h1"}})
			return err
		})
		require.Equal(w, make([]error, 20), errs)
		versions, err := w.Definitions(w.ctx, "p")
		require.NoError(w, err)
		require.Len(w, versions, 1)
	},

	"Missing": func(w world) {
		for _, err := range []error{
			errorOf(w.Definition(w.ctx, "x")), errorOf(w.LatestDefinition(w.ctx, "x")), errorOf(w.DefinitionVersion(w.ctx, "x", 1)),
			errorOf(w.Resource(w.ctx, "x")), errorOf(w.LatestForm(w.ctx, "x")), errorOf(w.LatestDecision(w.ctx, "x")),
		} {
			w.requireCode(casework.NotFound, err)
		}
	},

	// The statistics count what stands where, per definition and municipality.
	"Statistics": func(w world) {
		mine, other := w.openCase(herning), w.openCase(viborg)
		for n, caseID := range []string{mine.ID, other.ID, ""} {
			w.apply(id("i", n), caseID, 1, func(p *casework.Projection) {
				p.Elements = []casework.Element{{Key: 1, ElementID: "a", Since: w.clock.now()}, {Key: 2, ElementID: "a"}, {Key: 3, ElementID: "b"}}
				p.Incidents = []casework.Incident{{Key: 3, ElementID: "b", RaisedAt: time.Time{}}}
			})
		}
		all, err := w.ElementStatistics(w.ctx, "d1")
		require.NoError(w, err)
		require.Equal(w, []casework.ElementStatistic{{ElementID: "a", Tokens: 6}, {ElementID: "b", Tokens: 3, Incidents: 3}}, all)
		ours, err := w.ElementStatistics(w.as("anna"), "d1")
		require.NoError(w, err)
		require.Equal(w, []casework.ElementStatistic{{ElementID: "a", Tokens: 4}, {ElementID: "b", Tokens: 2, Incidents: 2}}, ours)
	},
}
