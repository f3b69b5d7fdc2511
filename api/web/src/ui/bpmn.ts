/** bpmn-js and its styles, in a chunk of their own. */
export { default as Viewer } from "bpmn-js/lib/NavigatedViewer";
