import type { Codes } from "./codes.ts";

const askDesigner = "Tell those who look after the process. Try again when it is mended.";
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
};
