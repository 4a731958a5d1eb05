//! Every rule finds what it says, where it says, and says it in the words that were read and agreed. One runner for all:
//! the examples stand in the rules' own files, further cases in `tests/cases`, the words in `tests/snapshots`.

use std::collections::BTreeSet;

use crate::common::{Case, cases, folder};
use mapcase_map::rules::{ALL, Rule};

fn all_cases(rule: &Rule) -> Vec<Case> {
    let mut all =
        vec![Case::of_example("the bad example", &rule.bad), Case::of_example("the good example", &rule.good)];
    all.extend(cases(rule.id));
    all
}

#[test]
fn every_rule_finds_exactly_what_is_marked() {
    let problems: Vec<String> =
        ALL.iter().flat_map(|rule| all_cases(rule).into_iter().flat_map(|case| case.problems(rule))).collect();
    assert!(problems.is_empty(), "{} problems\n\n{}\n", problems.len(), problems.join("\n\n"));
}

#[test]
fn every_bad_example_marks_something_and_no_good_one_does() {
    for rule in ALL {
        assert!(!rule.bad.marks().is_empty(), "{}: the bad example marks nothing", rule.id);
        assert!(rule.good.marks().is_empty(), "{}: the good example marks something", rule.id);
        assert!(rule.good.also.is_empty(), "{}: the good example brings findings", rule.id);
    }
}

#[test]
fn what_the_findings_say() {
    let settings = {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_snapshot_path("../snapshots");
        settings.set_omit_expression(true);
        settings
    };
    settings.bind(|| {
        for rule in ALL {
            let reports = all_cases(rule).into_iter().filter(|case| !case.expected.is_empty());
            let text: Vec<String> = reports.map(|case| case.report(rule)).collect();
            insta::assert_snapshot!(rule.id, text.join("\n"));
        }
    });
}

#[test]
fn no_rule_is_forgotten() {
    let mut files = BTreeSet::new();
    for family in std::fs::read_dir(folder("src/rules")).unwrap() {
        let family = family.unwrap().path();
        if family.is_dir() {
            let rules = std::fs::read_dir(&family).unwrap().map(|entry| entry.unwrap().path());
            let stems = rules.map(|path| path.file_stem().unwrap().to_str().unwrap().to_string());
            let name = family.file_name().unwrap().to_str().unwrap().to_string();
            files.extend(stems.filter(|stem| stem != "mod").map(|stem| (name.clone(), stem.replace('_', "-"))));
        }
    }
    let registered: BTreeSet<(String, String)> =
        ALL.iter().map(|rule| (format!("{:?}", rule.family).to_lowercase(), rule.id.to_string())).collect();
    assert_eq!(files, registered, "each file in rules/*/ is a rule of `ALL`, in its family, named by its id");
    assert_eq!(registered.len(), ALL.len(), "no id stands in `ALL` twice");
}

#[test]
fn every_rule_is_named_and_explained() {
    for rule in ALL {
        let kebab = rule.id.split('-').all(|part| {
            !part.is_empty() && part.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        });
        assert!(kebab, "`{}` is not kebab-case", rule.id);
        for (what, text) in [("about", rule.about), ("why", rule.why)] {
            assert!(text.ends_with('.') && text.len() > 20, "{}: `{what}` is no sentence: {text}", rule.id);
        }
        assert_ne!(rule.about, rule.why, "{}: `why` says what `about` says", rule.id);
    }
}

#[test]
fn every_file_of_cases_and_every_snapshot_belongs_to_a_rule() {
    for name in ["tests/cases", "tests/snapshots"] {
        for entry in std::fs::read_dir(folder(name)).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_string();
            // A snapshot that is yet to be accepted fails its own test.
            if path.extension().is_some_and(|extension| extension == "new") {
                continue;
            }
            assert!(ALL.iter().any(|rule| rule.id == stem), "{} belongs to no rule", path.display());
        }
    }
}
