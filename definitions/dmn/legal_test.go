package dmn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/dmn"
	"fasthold/definitions/problem"
)

// Files as modelers write them: every element that DMN allows beside those that count, prefixes, foreign attributes and elements.
func TestLegalFiles(t *testing.T) {
	t.Parallel()
	const everything = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- a comment before -->
<dmn:definitions xmlns:dmn="NAMESPACE" xmlns:feel="http://www.omg.org/spec/FEEL/20140401" xmlns:tns="urn:m" xmlns:triso="http://www.trisotech.com/2015/triso/modeling"
	xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" xmlns:kie="http://www.drools.org/kie/dmn/1.2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
	id="m" name="m" namespace="urn:m" exporter="x" exporterVersion="1" expressionLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/" typeLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/" triso:logoChoice="Default">
  <dmn:description>text with &amp; signs</dmn:description>
  <dmn:extensionElements><kie:attachment url="u" name="n"/><dmn:decision id="no" name="d"><dmn:literalExpression><dmn:text>0</dmn:text></dmn:literalExpression></dmn:decision></dmn:extensionElements>
  <dmn:itemDefinition id="i1" name="tWeeks" label="w" isCollection="false"><dmn:description/><dmn:extensionElements/><dmn:typeRef>number</dmn:typeRef><dmn:allowedValues triso:constraintsType="expression"><dmn:text>[0..52]</dmn:text></dmn:allowedValues></dmn:itemDefinition>
  <dmn:itemDefinition id="i2" name="tCase"><dmn:itemComponent id="c1" name="expected   weeks" isCollection="false"><dmn:typeRef>OWNtWeeks</dmn:typeRef></dmn:itemComponent>
    <dmn:itemComponent name="tags" isCollection="true"><dmn:typeRef>FEELstring</dmn:typeRef></dmn:itemComponent></dmn:itemDefinition>
  <dmn:inputData id="in" name="the
     case" triso:x="y"><dmn:description>what</dmn:description><dmn:variable id="v" name="the case" typeRef="OWNtCase"><dmn:description/></dmn:variable></dmn:inputData>
  <dmn:inputData id="plain" name="plain"/>
  <dmn:knowledgeSource id="ks" name="Act" locationURI="https://example.org"><dmn:type>law</dmn:type><dmn:owner href="#o"/></dmn:knowledgeSource>
  <dmn:businessKnowledgeModel id="bkm" name="long"><dmn:description/><dmn:variable name="long"/><dmn:encapsulatedLogic kind="FEEL" id="f"><dmn:formalParameter id="p" name="w" typeRef="FEELnumber"/>
    <dmn:literalExpression id="l" typeRef="FEELboolean" expressionLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/"><dmn:description/><dmn:text><![CDATA[w > 8]]> and w &lt; <!-- inside -->99</dmn:text></dmn:literalExpression></dmn:encapsulatedLogic>
    <dmn:knowledgeRequirement id="none"/><dmn:authorityRequirement id="a0"><dmn:requiredAuthority href="#ks"/></dmn:authorityRequirement></dmn:businessKnowledgeModel>
  <dmn:decision id="d" name="d" triso:useOutputTypeAsAnswer="false" camunda:historyTimeToLive="P1D"><dmn:description/><dmn:extensionElements><triso:tags/></dmn:extensionElements><dmn:question>?</dmn:question><dmn:allowedAnswers>yes</dmn:allowedAnswers>
    <dmn:variable id="dv" name="d" typeRef="Any"/>
    <dmn:informationRequirement id="r1"><dmn:requiredInput href="urn:m#in"/></dmn:informationRequirement>
    <dmn:informationRequirement id="r2"><dmn:requiredInput href="#plain"/></dmn:informationRequirement>
    <dmn:knowledgeRequirement id="r3"><dmn:requiredKnowledge href="#bkm"/></dmn:knowledgeRequirement>
    <dmn:authorityRequirement id="r4"><dmn:requiredAuthority href="#ks"/></dmn:authorityRequirement>
    <dmn:supportedObjective href="#o"/><dmn:impactedPerformanceIndicator href="#pi"/><dmn:decisionMaker href="#o"/><dmn:decisionOwner href="#o"/><dmn:usingProcess href="p#1"/><dmn:usingTask href="p#2"/>
    <dmn:decisionTable id="t" hitPolicy="FIRST" preferredOrientation="Rule-as-Row" outputLabel="d" typeRef="Any" camunda:x="1"><dmn:description/>
      <dmn:input id="t1" label="Weeks" camunda:inputVariable="x"><dmn:inputExpression id="te" typeRef="FEELnumber"><dmn:text>
          the case.expected weeks
        </dmn:text></dmn:inputExpression><dmn:inputValues><dmn:text></dmn:text></dmn:inputValues></dmn:input>
      <dmn:input><dmn:inputExpression typeRef="FEELboolean"><dmn:text>long(the case.expected weeks)</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output id="to" label="Out" name="d" typeRef="FEELstring"><dmn:outputValues><dmn:text>"a","b","c"</dmn:text></dmn:outputValues><dmn:defaultOutputEntry><dmn:text>"c"</dmn:text></dmn:defaultOutputEntry></dmn:output>
      <dmn:annotation name="why"/>
      <dmn:rule id="u1"><dmn:description>first</dmn:description><dmn:inputEntry id="ue"><dmn:text>&gt; 4</dmn:text></dmn:inputEntry><dmn:inputEntry><dmn:text> true </dmn:text></dmn:inputEntry><dmn:outputEntry id="uo"><dmn:text>"a"</dmn:text></dmn:outputEntry><dmn:annotationEntry><dmn:text>x</dmn:text></dmn:annotationEntry></dmn:rule>
      <dmn:rule><dmn:inputEntry><dmn:text>&lt; 4</dmn:text></dmn:inputEntry><dmn:inputEntry><dmn:text>-</dmn:text></dmn:inputEntry><dmn:outputEntry><dmn:text>plain</dmn:text></dmn:outputEntry><dmn:annotationEntry/></dmn:rule>
    </dmn:decisionTable></dmn:decision>
  <dmn:elementCollection id="ec" name="some"><dmn:drgElement href="#d"/></dmn:elementCollection>
  <dmn:performanceIndicator id="pi" name="pi"><dmn:impactingDecision href="#d"/></dmn:performanceIndicator>
  <dmn:organizationUnit id="o" name="o"><dmn:decisionMade href="#d"/></dmn:organizationUnit>
  <dmn:textAnnotation id="ta" textFormat="text/plain"><dmn:text>note</dmn:text></dmn:textAnnotation>
  <dmn:association id="as" associationDirection="None"><dmn:sourceRef href="#d"/><dmn:targetRef href="#ta"/></dmn:association>
  <dmn:group id="g" name="g"/>
  <dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"><dmndi:DMNDiagram id="dd"><di:extension><kie:ComponentsWidthsExtension/></di:extension><dmndi:DMNShape dmnElementRef="d"/></dmndi:DMNDiagram></dmndi:DMNDI>
</dmn:definitions>
<!-- and after -->
`
	for _, c := range []struct{ namespace, feel, own string }{
		{"http://www.omg.org/spec/DMN/20151101/dmn.xsd", "feel:", "tns:"},
		{"http://www.omg.org/spec/DMN/20180521/MODEL/", "", ""},
		{"https://www.omg.org/spec/DMN/20191111/MODEL/", "", ""},
		{"https://www.omg.org/spec/DMN/20211108/MODEL/", "feel:", ""},
		{"https://www.omg.org/spec/DMN/20230324/MODEL/", "", "tns:"},
	} {
		m, problems := dmn.Parse("m.dmn", []byte(strings.NewReplacer("NAMESPACE", c.namespace, "FEELstring", c.feel+"string",
			"FEELnumber", c.feel+"number", "FEELboolean", c.feel+"boolean", "OWN", c.own).Replace(everything)))
		require.Empty(t, problems, c.namespace)
		lib, problems := dmn.Compile(m)
		require.False(t, problem.HasErrors(problems), "%s: %v", c.namespace, problems)
		require.Empty(t, problems, c.namespace)
		for inputs, want := range map[string]string{
			`{the case: {expected weeks: 9, tags: []}, plain: "b"}`:  `"a"`,
			`{the case: {expected weeks: 2, tags: []}, plain: "b"}`:  `"b"`,
			`{the case: {expected weeks: 2, tags: []}, plain: "z"}`:  `null`,
			`{the case: {expected weeks: 4, tags: []}, plain: "b"}`:  `"c"`,
			`{the case: {expected weeks: 99, tags: []}, plain: "b"}`: `"c"`,
			`{the case: {expected weeks: 4, tags: 1}, plain: "b"}`:   `"c"`,
		} {
			require.Equal(t, want, ask(t, lib, inputs).Value.String(), "%s %s", c.namespace, inputs)
		}
	}
}
