//! JUnit XML, which every CI server shows as a list of tests: one writer for every command that has something to pass or
//! to fail. There is no standard; this keeps to the elements and attributes of the Jenkins xUnit plugin's `junit-10.xsd`,
//! which the others read too.

use std::fmt::Write;

use mapcase_map::xml::escape;

/// A group of checks: a map, a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suite {
    /// What the group is called.
    pub name: String,
    /// The file it is about, as the reader knows it.
    pub file: Option<String>,
    /// What was checked, in order.
    pub checks: Vec<Check>,
}

/// One thing that passed or failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What it is called within its group.
    pub name: String,
    /// The group it is shown under; as a rule the suite's name.
    pub class: String,
    /// How it came out.
    pub verdict: Verdict,
}

/// How a check came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Passed,
    /// It failed.
    Failed {
        /// The kind of failure in a word, such as a rule's id.
        kind: String,
        /// What failed, in a line.
        message: String,
        /// All of it, `FILE:LINE:COLUMN` first where there is a place.
        text: String,
    },
}

/// The document. It holds no times: what is checked runs on a simulated clock, or on none.
pub fn document(name: &str, suites: &[Suite]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all = || suites.iter().flat_map(|suite| &suite.checks);
    let (tests, failed) = (all().count(), all().filter(|check| is_failed(check)).count());
    let name = escape(name);
    let _ = writeln!(xml, "<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\">");
    suites.iter().for_each(|one| suite(&mut xml, one));
    xml.push_str("</testsuites>\n");
    xml
}

fn is_failed(check: &Check) -> bool {
    matches!(check.verdict, Verdict::Failed { .. })
}

fn suite(xml: &mut String, suite: &Suite) {
    let failed = suite.checks.iter().filter(|check| is_failed(check)).count();
    let (name, tests) = (escape(&suite.name), suite.checks.len());
    let file = suite.file.as_ref().map(|file| format!(" file=\"{}\"", escape(file))).unwrap_or_default();
    let counts = format!("tests=\"{tests}\" failures=\"{failed}\" errors=\"0\"");
    let _ = writeln!(xml, "  <testsuite name=\"{name}\"{file} {counts}>");
    suite.checks.iter().for_each(|one| check(xml, one));
    xml.push_str("  </testsuite>\n");
}

fn check(xml: &mut String, check: &Check) {
    let (name, class) = (escape(&check.name), escape(&check.class));
    let _ = write!(xml, "    <testcase name=\"{name}\" classname=\"{class}\"");
    match &check.verdict {
        Verdict::Passed => xml.push_str("/>\n"),
        Verdict::Failed { kind, message, text } => {
            // Between tags a line may end as it is.
            let (kind, message, text) = (escape(kind), escape(message), escape(text).replace("&#10;", "\n"));
            let open = format!("<failure type=\"{kind}\" message=\"{message}\">");
            let _ = writeln!(xml, ">\n      {open}{text}</failure>\n    </testcase>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, verdict: Verdict) -> Check {
        Check { name: name.to_string(), class: "a".to_string(), verdict }
    }

    #[test]
    fn a_document_counts_what_failed_and_escapes_what_it_says() {
        let failed = Verdict::Failed {
            kind: "k".to_string(),
            message: "is \"x\" < y & z".to_string(),
            text: "one\ntwo \u{1b}[2J]]>".to_string(),
        };
        let checks = vec![check("p", Verdict::Passed), check("f", failed)];
        let suites = [Suite { name: "a".to_string(), file: Some("a&b.yaml".to_string()), checks }];
        assert_eq!(
            document("n", &suites),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"n\" tests=\"2\" failures=\"1\" errors=\"0\">\n  \
             <testsuite name=\"a\" file=\"a&amp;b.yaml\" tests=\"2\" failures=\"1\" errors=\"0\">\n    \
             <testcase name=\"p\" classname=\"a\"/>\n    \
             <testcase name=\"f\" classname=\"a\">\n      \
             <failure type=\"k\" message=\"is &quot;x&quot; &lt; y &amp; z\">one\ntwo \u{fffd}[2J]]&gt;</failure>\n    \
             </testcase>\n  \
             </testsuite>\n</testsuites>\n"
        );
    }
}
