package bpmn

import (
	"fmt"
	"math"
	"strconv"

	"fasthold/definitions/problem"
)

// Diagram is where the elements are drawn (BPMN 2.0.2 §12), in the order of the file. Lengths are pixels at 100 %, y points down.
type Diagram struct {
	Shapes []Shape
	Edges  []Edge
}

// Shape is a drawn flow node, lane, pool, data object or annotation.
type Shape struct {
	Element  string // id of what is drawn
	Bounds   Bounds
	Expanded bool // of a sub-process: its inside is drawn here
}

// Edge is a drawn sequence flow, message flow or association.
type Edge struct {
	Element   string // id of what is drawn
	Waypoints []Point
}

// Bounds is a rectangle; X and Y are its upper left corner.
type Bounds struct{ X, Y, Width, Height float64 }

// Point is a place on the plane.
type Point struct{ X, Y float64 }

// readDiagram reads all planes of a document. A drawing never stops a deployment, so that every problem is a warning.
func readDiagram(d *Document) (*Diagram, []problem.Problem) {
	r := newReporter(d)
	var g *Diagram
	for _, diagram := range d.Root.all(spaceBPMNDI, "BPMNDiagram") {
		for _, plane := range diagram.all(spaceBPMNDI, "BPMNPlane") {
			if g == nil {
				g = &Diagram{}
			}
			r.plane(g, plane)
		}
	}
	return g, r.finished()
}

func (r *reporter) plane(g *Diagram, plane *Node) {
	for _, n := range plane.Children {
		if n.Space != spaceBPMNDI {
			continue
		}
		element := unprefixed(n.Attr("bpmnElement"))
		switch n.Name {
		case "BPMNShape":
			if b := n.childIn(spaceDC, "Bounds"); b != nil {
				bounds := Bounds{r.length(b, "x"), r.length(b, "y"), r.length(b, "width"), r.length(b, "height")}
				g.Shapes = append(g.Shapes, Shape{Element: element, Bounds: bounds, Expanded: n.Attr("isExpanded") == "true"})
			}
		case "BPMNEdge":
			e := Edge{Element: element}
			for _, p := range n.all(spaceDI, "waypoint") {
				e.Waypoints = append(e.Waypoints, Point{r.length(p, "x"), r.length(p, "y")})
			}
			g.Edges = append(g.Edges, e)
		}
	}
}

func (r *reporter) length(n *Node, attr string) float64 {
	v, err := strconv.ParseFloat(n.Attr(attr), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		r.warn(n, "bad-coordinate", fmt.Sprintf("%s=%q of the drawing is not a number", attr, clip(n.Attr(attr))), "save the file again with a modeler")
		return 0
	}
	return v
}
