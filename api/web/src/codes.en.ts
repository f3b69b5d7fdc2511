import type { Codes } from "./codes.ts";

const askDesigner = "Tell those who look after the process. Try again when it is mended.";
const waitDone = "Wait until the step is done.";
const nothing = "Nothing is to be done.";
const fixData = "Correct the facts of the case, or tell those who look after the process. Then try again.";

/** The English sentences. */
export const englishCodes: Codes = {
  incident: {
    other: ["The step could not be done.", "Try again. If the same happens, tell operations."],
    job_failed: ["A system that the step needs did not answer or reported an error.", "Try again in a while. If the same happens, tell operations."],
    listener: ["A check in the process would not let the task come into being.", fixData],
    job_type: ["It is not said which system is to do the step.", askDesigner],
    evaluation: ["Something that the process had to work out could not be worked out from the facts of the case.", fixData],
    condition_not_boolean: ["A question of the process could not be answered with yes or no from the facts of the case.", fixData],
    no_flow: ["None of the ways on fits the facts of the case.", fixData],
    not_a_number: ["A number that the step needs is missing or is no whole number.", fixData],
    not_a_list: ["A list that the step needs is missing or is no list.", fixData],
    not_a_time: ["A deadline could not be worked out, because a date is missing or is no date.", fixData],
    too_often: ["A deadline repeats so often that the process cannot keep up.", askDesigner],
    too_many_instances: ["The step would be done more times than the process allows.", "Divide it into smaller parts and try again."],
    endless_loop: ["The process goes in circles without waiting for anything.", fixData],
    deadlock: ["The process waits for a branch that can no longer arrive.", "Move the case in its process, or tell those who look after the process."],
    no_decision: ["The rules that the step is to follow do not exist.", askDesigner],
    no_process: ["It is not said which process is to begin here.", askDesigner],
    no_such_choice: ["Something was chosen that cannot begin here.", fixData],
    message_name: ["It is not said which answer the process is to wait for.", askDesigner],
    correlation_key: ["The process lacks what an answer is recognised by.", fixData],
    signal_name: ["It is not said which signal the process is to use.", askDesigner],
    escalation_code: ["It is not said what is to be escalated.", askDesigner],
    unhandled_escalation: ["Something is escalated, but the process does not say who takes care of it.", askDesigner],
    unhandled_error: ["An error happened, and the process does not say what to do about it.", "Mend the cause and try again. Tell those who look after the process, too."],
    child_canceled: ["The called process was canceled.", "Try again: it begins anew."],
    child_not_started: ["The called process could not begin.", "Try again in a while. If the same happens, tell those who look after the process."],
    child_failed: ["The called process broke.", "Try again: it begins anew. If the same happens, tell operations."],
  },
  finding: {
    other: ["Something stands in the way.", "See the technical message."],
    suspended: ["The process is suspended.", "Resume it before the case is moved."],
    bad_mapping: ["A step is named that does not exist, or one step twice.", "Correct where the steps go on."],
    unmapped: ["Cases wait at a step that the new version does not have.", "Choose the step that takes over – or wait until it is done."],
    call_gone: ["A called process is under way, and the new version has no step that waits for it.", "Choose the step that takes over – or wait until the called process has ended."],
    kind_changed: ["The step is of another kind in the new version.", "Choose a step of the same kind."],
    event_changed: ["The step waits for something else in the new version.", "Choose another step – or wait until it has happened."],
    scope_changed: ["The step is in another part of the process in the new version.", "Choose a step in the same part of the process."],
    work_changed: ["The step is done by another in the new version: a person, a system or the process itself.", waitDone],
    loop_changed: ["The step is repeated otherwise in the new version.", waitDone],
    flow_gone: ["Cases have come to a join along a way that the new version does not have.", "Wait until the join is passed, or tell those who look after the process."],
    join_merged: ["Two joins at which cases wait would be one.", "Choose a join of its own for each."],
    event_elsewhere: ["The deadline or event belongs to another step in the new version.", "Choose one like it on the same step, or close it."],
    compensating: ["The process is undoing steps, and the new version cannot finish that.", "Wait until the steps are undone."],
    expression_fails: ["What the new version is to wait for cannot be worked out from the facts of the case.", "Correct the facts of the case or the new version."],
    subscription_changed: ["An answer is waited for under another name from now on.", "Make sure that the sender uses the new name."],
    inputs_changed: ["What the step begins with has changed. Cases that wait here keep what they have.", "Correct the facts of the case if something is missing."],
    job_changed: ["A system is at work on the step already and finishes it in the old way.", nothing],
    call_changed: ["The called process that is under way goes on as it is.", nothing],
    results_missing: ["Results that were delivered are not kept and are missing in the new version.", "Correct the facts of the case afterwards."],
    handler_gone: ["Something that was done cannot be undone in the new version.", "Undo it first if it shall be undone."],
    join_starved: ["A join of the new version waits for a branch along which nothing can come.", "Choose a step before the join, or move the case in its process afterwards."],
    variable_missing: ["The step reads a fact that the case does not have, and nothing on the way gives it.", "Correct the facts of the case or the new version."],
    condition_fails: ["A question further on cannot be answered from the facts of the case.", "Correct the facts of the case or the new version."],
  },
};
