//! `json-format`: keys in the registry's order, two blanks, a newline at the end.

use std::sync::Arc;

use crate::{
    prose,
    triage::{
        check::{ALL_KINDS, Case, Check, Example, Outcome},
        evidence::{Answer, Evidence},
        finding::{Finding, Severity, Spot},
        format::{Order, format},
        nomination::Kind,
        prose::{Prose, code, listed, theirs},
        schema::Schema,
        span::Span,
    },
};

pub const CHECK: Check = Check {
    id: "json-format",
    indicator: "The file",
    topic: "Layout of the file",
    title: "The file is laid out as the registry does",
    severities: &[Severity::Should],
    why: "All files of the registry have the same order of fields and the same indentation, so that a change shows only \
          what changed.",
    how: "Put the fields into the order of the schema, indent by two blanks, and end the file with a newline.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: ALL_KINDS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"name\": \"Open Clinic\",\n  \"stage\": \"nominee\"\n}\n",
        evidence: example,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"stage\": \"nominee\",\n  \"name\": \"Open Clinic\"\n}\n",
        evidence: example,
        other_files: &[],
    },
    judge,
};

/// Who adds fields has to know all of them; no form has more.
const MOST: usize = 100;

fn example() -> Evidence {
    let schema = r#"{"properties": {"name": {"type": "string"}, "stage": {"type": "string"}}}"#;
    let mut evidence = Evidence::default();
    evidence.schema_is("nominee-schema.json", Answer::Found(Arc::new(Schema::read(schema))));
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    let Some(document) = &case.nomination.document else { return Outcome::NotApplicable };
    // A key that stands twice has to go first; until then there is no one form.
    let Some(path) = case.nomination.schema.as_ref().filter(|_| case.faults.is_empty()) else {
        return Outcome::NotApplicable;
    };
    let order = match case.evidence.schema(path) {
        Answer::Found(schema) => schema.order().clone(),
        Answer::Missing | Answer::Unavailable(_) => Order::default(),
    };
    let text = case.nomination.source.text();
    let lacking = if case.nomination.kind == Kind::Submission { order.lacking(document) } else { Vec::new() };
    if !lacking.is_empty() {
        let one = lacking.len() == 1;
        let mut message = prose![if one { "A field is" } else { "Some fields are" }, " left out: "];
        message.0.extend(listed(lacking.into_iter().map(code).collect(), MOST).0);
        message.push(if one { ". It stands" } else { ". They stand" });
        message.push(" in every file of the registry, blank where there is nothing to say: ");
        message.0.extend(prose![code("\"\""), ", or ", code("[\"\"]"), " for a list."].0);
        return Outcome::NotMet(vec![Finding::should(message)]);
    }
    let laid_out = format(document, &order);
    if laid_out == text {
        return Outcome::Met;
    }
    if let Some(member) = order.misplaced(document) {
        let message = prose![
            "The fields are not in the order of the registry's ",
            code(path.as_str()),
            ": ",
            theirs(member.key.as_str()),
        ];
        let message = message.then(place(&member.node.spot.pointer));
        let spot = Spot { pointer: member.node.spot.pointer.clone(), span: member.key_span.clone() };
        return Outcome::NotMet(vec![Finding::should(message).at(&spot)]);
    }
    let all_of_it = if text.contains('\r') {
        "The lines end as on Windows (CRLF). The registry's end with a line feed alone."
    } else if text.trim_end() == laid_out.trim_end() {
        "The file has to end with exactly one newline."
    } else {
        let same = text.bytes().zip(laid_out.bytes()).take_while(|(one, other)| one == other).count();
        let is_escape = text.as_bytes().get(same) == Some(&b'\\');
        let span = if is_escape { same..same + 1 } else { first_other_line(text, &laid_out) };
        let what = if is_escape {
            prose![
                "A character is written as an escape here, such as ",
                code("\\u00e9"),
                " or ",
                code("\\/"),
                ". In the registry's files it stands itself: ",
                code("é"),
                " or ",
                code("/"),
                ".",
            ]
        } else {
            "The file is not laid out as in the registry: each entry in a line of its own, indented by two blanks a \
             level, no blank before a comma, and no empty lines. It begins to differ here."
                .into()
        };
        return Outcome::NotMet(vec![Finding::should(what).at(&Spot { pointer: String::new(), span })]);
    };
    Outcome::NotMet(vec![Finding::should(all_of_it.into())])
}

/// The line of a text from which on it differs from another.
fn first_other_line(text: &str, other: &str) -> Span {
    let mut start = 0;
    for (line, others) in text.split_inclusive('\n').zip(other.split_inclusive('\n')) {
        if line != others {
            return start..start + line.trim_end().len().max(1);
        }
        start += line.len();
    }
    text.trim_end().len().saturating_sub(1)..text.trim_end().len()
}

/// Where a field belongs that comes too late.
fn place(pointer: &str) -> Prose {
    match pointer.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        [list, _, .., _] => prose![" belongs further up in its entry of ", code(*list), "."],
        _ => " belongs further up.".into(),
    }
}
