package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"fasthold/definitions"
	"fasthold/definitions/problem"
	"fasthold/internal/casework"
)

const (
	maxFiles    = 100
	filesPart   = "resources"
	maxFileName = 200
)

type deployInput struct {
	Key         string `header:"Idempotency-Key" maxLength:"200"`
	ContentType string `header:"Content-Type"`
	DryRun      bool   `query:"dryRun" doc:"Check only"`
	RawBody     []byte
}

// deployedResource is one file, or one process in a file.
type deployedResource struct {
	Kind    string `json:"kind" enum:"process,dmn,form"`
	ID      string `json:"id" doc:"Of the process, the decision or the form"`
	Name    string `json:"name"`
	Version int    `json:"version"`
	Hash    string `json:"hash"`
}

// deployment is what a deployment gave.
type deployment struct {
	ID        string             `json:"id,omitempty" doc:"Not there after a dry run"`
	Resources []deployedResource `json:"resources" nullable:"false"`
	Warnings  []FieldError       `json:"warnings" nullable:"false"`
}

type deployed struct {
	Status int
	Body   deployment
}

func (s *Server) deploymentRoutes() {
	text := &huma.Schema{Type: huma.TypeString}
	form := &huma.Schema{Type: huma.TypeObject, Required: []string{filesPart}, Properties: map[string]*huma.Schema{
		filesPart: {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	handle(s, call{method: http.MethodPost, path: "/deployments", roles: operators, tag: "deployments", status: http.StatusCreated, also: http.StatusOK, maxBytes: maxDeployment,
		summary: "Deploy definitions that belong together: all of them, or none and every problem",
		body: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"multipart/form-data": {Schema: form}, "application/xml": {Schema: text}}}}, s.deploy)
}

// readFiles reads a form with one part for each file, or one XML file.
func readFiles(contentType string, body []byte) ([]definitions.File, error) {
	kind, params, _ := mime.ParseMediaType(contentType)
	switch {
	case kind == "multipart/form-data":
		return readParts(multipart.NewReader(bytes.NewReader(body), params["boundary"]))
	case strings.HasSuffix(kind, "/xml"):
		return []definitions.File{{Name: "upload.xml", Data: bytes.Clone(body)}}, nil
	default:
		return nil, errors.New("send multipart/form-data with one part named " + filesPart + " for each file, or one file as application/xml")
	}
}

func readParts(r *multipart.Reader) (files []definitions.File, err error) {
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the form cannot be read: %w", err)
		}
		name := part.FileName()
		if part.FormName() != filesPart || name == "" || len(name) > maxFileName || len(files) == maxFiles {
			return nil, fmt.Errorf("send up to %d files, each in a part named %s with a file name of at most %d letters", maxFiles, filesPart, maxFileName)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, fmt.Errorf("file %s cannot be read: %w", name, err)
		}
		files = append(files, definitions.File{Name: name, Data: data})
	}
	if len(files) == 0 {
		return nil, errors.New("there is no file")
	}
	return files, nil
}

func (s *Server) deploy(ctx context.Context, in *deployInput) (*deployed, error) {
	files, err := readFiles(in.ContentType, in.RawBody)
	if err != nil {
		return nil, fail(casework.Invalid, "%s", err)
	}
	set, problems := Check(ctx, s.Store, files, s.Jobs)
	if set == nil {
		return nil, definitionProblem(problems)
	}
	out := &deployed{http.StatusOK, deployment{Resources: []deployedResource{}, Warnings: shapes(problems, problemField)}}
	if in.DryRun {
		return out, nil
	}
	d, err := Deploy(ctx, s.Store, set)
	if err != nil {
		return nil, err
	}
	out.Status, out.Body.ID, out.Body.Resources = http.StatusCreated, d.ID, resourcesOf(d)
	return out, nil
}

// resourcesOf lists the processes, decisions and forms of a deployment.
func resourcesOf(d casework.Deployment) []deployedResource {
	out := []deployedResource{}
	for _, p := range d.Processes {
		out = append(out, deployedResource{"process", p.ProcessID, p.Name, p.Version, p.Hash})
	}
	for _, r := range d.Resources {
		if r.Kind != casework.ResourceBPMN {
			out = append(out, deployedResource{string(r.Kind), r.ID, r.Name, r.Version, r.Hash})
		}
	}
	return out
}

func definitionProblem(problems []problem.Problem) error {
	problems = slices.DeleteFunc(problems, func(p problem.Problem) bool { return p.Severity != problem.Error })
	return &Problem{Type: "about:blank", Title: http.StatusText(http.StatusUnprocessableEntity), Status: http.StatusUnprocessableEntity,
		Detail: "the definitions cannot be deployed; mend what errors lists", Errors: shapes(problems, problemField)}
}

func problemField(p problem.Problem) FieldError {
	return FieldError{Pointer: fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column), Message: p.Message, Code: p.Code,
		File: p.File, Line: p.Line, Column: p.Column, Element: p.Element, Advice: p.Advice}
}
