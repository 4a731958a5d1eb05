//! What to add for a key that is missing.

/// What to add for a key that is missing.
pub(super) fn hint(key: &str) -> String {
    const HINTS: [(&str, &str); 22] = [
        ("title", "`title: ...`, the words that people read"),
        ("role", "`role: ROLE`, who does it"),
        ("next", "`next: STEP`, where the case goes from here"),
        ("answers", "`answers: { yes: STEP, no: STEP }`, where each answer leads"),
        ("received", "`received: STEP`, where the case goes when the answer came"),
        ("outcomes", "`outcomes: { OUTCOME: STEP }`, where each outcome of the other map leads"),
        ("outcome", "`outcome: done` or another word for how the case ended"),
        ("type", "`type: text`, or `number`, `money`, `date`, `yes-no`, `choice`"),
        ("choices", "`choices: [a, b]`, the values there are"),
        ("within", "`within: 45 days`, how long it may take"),
        ("revision", "`revision: 1`; count up when the process changes"),
        ("theme", "`theme: THEME`, one of those in `atlas.yaml`"),
        ("owner", "`owner: ROLE`, who answers for this map"),
        ("review_by", "`review_by: 2027-11-30`, the day by which it must be read again"),
        ("source", "`source: { document: DOCUMENT, reading: transcribed }`, where it was taken from"),
        ("document", "`document: DOCUMENT`, one of those in `atlas.yaml`"),
        ("reading", "`reading: transcribed`, or `reconstructed`, `placeholder`"),
        ("time_zone", "`time_zone: Europe/London`, by whose clock days end"),
        ("weekend", "`weekend: [saturday, sunday]`"),
        ("covers", "`covers: 2015..2027`, the first and the last year whose holidays it lists"),
        ("binds", "`binds: evidence`, or `deadline`, `separation`, `report`"),
        ("starts", "`starts: 2022-10-10 09:00`, when the case is opened"),
    ];
    let known = HINTS.iter().find(|(known, _)| *known == key);
    known.map_or_else(|| format!("add `{key}:` to it"), |(_, hint)| format!("add {hint}"))
}
