//! What is allowed where it stands, sifted out of the findings before errors decide which maps may run; and the
//! allowances that are wrong themselves or hide nothing.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{Allowance, Word};
use crate::rules::names::{unallowable_rule, unknown_rule, unused_allowance};
use crate::rules::provenance::review_overdue;
use crate::rules::{self, Rule};

/// Parts the findings from those that are allowed, each with its reason. Both keep their order. Where the day is not known,
/// nobody knows what an allowance hides that comes by time alone.
pub(super) fn sift(
    findings: Vec<Diagnostic>,
    allowances: &[Allowance],
    day_known: bool,
) -> (Vec<Diagnostic>, Vec<(Diagnostic, String)>) {
    let mut about = Vec::new();
    let good: Vec<&Allowance> = allowances.iter().filter(|allowance| is_good(allowance, &mut about)).collect();
    let groups = Groups::new(&good);
    let mut used = vec![false; good.len()];
    let (mut kept, mut allowed) = (Vec::with_capacity(findings.len()), Vec::new());
    for finding in findings {
        match groups.around(&finding).and_then(|at| Some((at, good.get(at)?))) {
            Some((at, allowance)) => {
                used[at] = true;
                allowed.push((finding, allowance.reason.text.trim().to_string()));
            }
            None => kept.push(finding),
        }
    }
    // Beside an error a rule may hold its tongue, so nobody knows what an allowance would have hidden.
    if !kept.iter().any(|finding| finding.severity == Severity::Error) {
        let may_hide = |rule: &Word| !day_known && rule.text == review_overdue::RULE.id;
        let unused = good.iter().zip(used).filter(|(allowance, used)| !used && !may_hide(&allowance.rule));
        about.extend(unused.map(|(allowance, _)| unused_allowance::finding(allowance)));
    }
    if !about.is_empty() {
        kept.extend(about);
        super::in_order(&mut kept);
    }
    (kept, allowed)
}

/// Whether an allowance names a rule that may be allowed; reports it otherwise.
fn is_good(allowance: &Allowance, about: &mut Vec<Diagnostic>) -> bool {
    let rule: Option<&'static Rule> = rules::rule(&allowance.rule.text);
    match rule {
        None => unknown_rule::report(allowance, about),
        Some(rule) if !rules::may_be_allowed(rule) => about.push(unallowable_rule::finding(allowance, rule)),
        Some(_) => return true,
    }
    false
}

/// The allowances by file and rule: the one of the whole file, and those of the groups in it by where these begin.
struct Groups<'a> {
    whole: HashMap<Key<'a>, usize>,
    inner: HashMap<Key<'a>, Vec<(usize, usize, usize)>>,
}

type Key<'a> = (&'a str, &'a str);

impl<'a> Groups<'a> {
    fn new(allowances: &[&'a Allowance]) -> Self {
        let mut groups = Self { whole: HashMap::new(), inner: HashMap::new() };
        for (at, allowance) in allowances.iter().enumerate() {
            let key = (&**allowance.source.path(), allowance.rule.text.as_str());
            match allowance.extent {
                None => {
                    groups.whole.insert(key, at);
                }
                Some(extent) => groups.inner.entry(key).or_default().push((extent.start, extent.end, at)),
            }
        }
        groups.inner.values_mut().for_each(|inner| inner.sort_unstable());
        groups
    }

    /// The allowance of the narrowest group around a finding. Groups that may have `allow` do not lie in each other.
    fn around(&self, finding: &Diagnostic) -> Option<usize> {
        let key = (&*finding.place.file, finding.rule);
        let span = finding.place.span;
        let inner = self.inner.get(&key).and_then(|inner| {
            let before = inner.partition_point(|(start, ..)| *start <= span.start);
            let (_, end, at) = inner.get(before.checked_sub(1)?)?;
            (span.end <= *end).then_some(*at)
        });
        inner.or_else(|| self.whole.get(&key).copied())
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::names::unknown_rule;
    use crate::rules::{DAY, provenance::review_overdue};
    use crate::{check, check_on};

    #[test]
    fn what_is_allowed_runs_with_the_same_meaning_and_keeps_its_reason() {
        let allowed = unknown_rule::RULE.good.atlas_files();
        let mut plain = allowed.clone();
        let text = String::from_utf8(plain[0].bytes.clone()).unwrap();
        plain[0].bytes = text
            .lines()
            .filter(|line| !line.contains("allow:"))
            .flat_map(|line| [line, "\n"])
            .collect::<String>()
            .into_bytes();
        let (allowed, plain) = (check(&allowed), check(&plain));
        let digests = [&allowed, &plain]
            .map(|checked| checked.atlas.as_ref().unwrap().machine("transfer-out").unwrap().digest().to_string());
        assert_eq!(digests[0], digests[1]);
        let kept: Vec<_> = allowed.allowed.iter().map(|(finding, reason)| (finding.rule, reason.as_str())).collect();
        assert_eq!(kept, [("single-answer", "The other answer is being settled with the other authority")]);
        assert!(plain.findings.iter().any(|finding| finding.rule == "single-answer") && plain.allowed.is_empty());
        assert!(!allowed.findings.iter().any(|finding| finding.rule == "single-answer"));
    }
    #[test]
    fn without_a_day_nobody_knows_whether_an_overdue_review_is_allowed_in_vain() {
        for (example, on_the_day) in [(&review_overdue::RULE.bad, 0), (&review_overdue::RULE.good, 1)] {
            let mut files = example.atlas_files();
            files[0].bytes.extend(b"allow: { review-overdue: The owner is ill }\n");
            let unused = |checked: crate::Checked| {
                assert!(!checked.has_errors());
                checked.findings.iter().filter(|finding| finding.rule == "unused-allowance").count()
            };
            assert_eq!((unused(check(&files)), unused(check_on(&files, Some(DAY)))), (0, on_the_day));
        }
    }
}
