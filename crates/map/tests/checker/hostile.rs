//! Files that nobody writes by mistake, or only by a great one: each is refused or read, in time and without a panic.

use crate::common::{check_soundly, faults, one_line};
use mapcase_map::check::MOST_OF_ONE_RULE_A_FILE;
use mapcase_map::rules::Example;
use mapcase_map::{AtlasFile, Checked};

fn checked(bytes: impl Into<Vec<u8>>) -> Checked {
    let mut files = Example::of(&[]).atlas_files();
    files.push(AtlasFile { path: "m.yaml".to_string(), bytes: bytes.into() });
    check_soundly(&files)
}

fn rules(checked: &Checked) -> Vec<&'static str> {
    let mut rules: Vec<_> = faults(checked).map(|finding| finding.rule).collect();
    rules.dedup();
    rules
}

const MAP: &str = "map: m
title: Café
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }
steps:
  begun: { kind: start, title: Begun, next: ask }
  ask: { role: TM, title: Ask, next: doen }
  done: { kind: end, outcome: done }
";

#[test]
fn deep_nesting_is_refused() {
    for text in
        ["- ".repeat(20_000), "[".repeat(100_000), "{a: ".repeat(50_000), "a:\n".to_string() + &"? ".repeat(40_000)]
    {
        let found = checked(text.clone());
        assert_eq!(rules(&found), ["too-large"], "{}", &text[..10]);
    }
    let indented: String = (0..3_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(rules(&checked(indented)), ["too-large"]);
}

#[test]
fn a_file_of_ten_megabytes_is_not_read() {
    let found = checked(vec![b'a'; 10_000_000]);
    assert_eq!(rules(&found), ["too-large"]);
    assert_eq!((found.findings[0].place.line, found.findings[0].place.column), (1, 1));
}

#[test]
fn a_list_or_a_group_without_end_is_refused_where_it_is_too_long() {
    let keys: String = (0..=20_000).map(|at| format!("  step-{at}: {{}}\n")).collect();
    let found = checked(format!("map: m\nsteps:\n{keys}"));
    assert_eq!(rules(&found), ["too-large"]);
    assert_eq!((found.findings[0].place.line, found.findings[0].place.column), (20_003, 16));
    assert_eq!(rules(&checked(format!("map: m\nnotes: [{}]\n", "a, ".repeat(20_001)))), ["too-large"]);
    assert!(!rules(&checked(format!("map: m\nnotes: [{}]\n", "a, ".repeat(20_000)))).contains(&"too-large"));
}

#[test]
fn a_pattern_is_small_and_whole() {
    for bad in ["(?:a{500}){500}", "a)|(?:b", &"a".repeat(501)] {
        let found = checked(
            MAP.replace("steps:", &format!("record:\n  x: {{ type: text, title: X, pattern: '{bad}' }}\nsteps:")),
        );
        assert!(rules(&found).contains(&"bad-pattern"), "{bad}: {:?}", rules(&found));
    }
}

#[test]
fn a_flood_of_findings_is_cut_short() {
    let floods = [
        "map: m\n".to_string() + &"title: A\n".repeat(20_000),
        "map: m\n".to_string() + &(0..20_000).map(|at| format!("key{at}: A\n")).collect::<String>(),
        format!("map: m\nnotes: {{{}}}\n", "a: 1, ".repeat(20_000)),
        format!("map: m\nnotes: [{}]\n", "*a, ".repeat(20_000)),
        "steps:\n".to_string()
            + &(0..20_000).map(|at| format!("  step-{at}: {{ next: step{at} }}\n")).collect::<String>(),
        MAP.to_string()
            + &(0..5_000).map(|at| format!("  s{at}: {{ role: TN, title: S, next: t{at} }}\n")).collect::<String>(),
        MAP.to_string()
            + &(0..5_000)
                .map(|at| format!("  s{at}: {{ role: TM, title: S, next: t{at}, allow: {{ r{at}: R }} }}\n"))
                .collect::<String>(),
    ];
    for flood in floods {
        let found = checked(flood.clone());
        assert!(found.has_errors(), "{}", &flood[..40]);
        for rule in rules(&found) {
            let of_rule = found.findings.iter().filter(|finding| finding.rule == rule).count();
            assert!(of_rule <= MOST_OF_ONE_RULE_A_FILE, "{of_rule} findings of {rule}");
        }
    }
}

#[test]
fn many_calls_of_a_long_map_are_followed_in_time() {
    let head = |id: &str, from: &str, first: &str| {
        let text = MAP.replace("map: m\n", &format!("map: {id}\n"));
        let head = &text[..text.find("  begun:").unwrap()];
        format!("{head}  begun: {{ kind: start, title: Begun{from}, next: {first} }}\n")
    };
    let chain = |link: &dyn Fn(&str) -> String| {
        let next = |at: usize| if at < 499 { format!("l{}", at + 1) } else { "done".to_string() };
        let links: String = (0..500).map(|at| format!("  l{at}: {{ kind: link, {} }}\n", link(&next(at)))).collect();
        links + "  done: { kind: end, outcome: done }\n"
    };
    let mut files = Example::of(&[]).atlas_files();
    let mut add = |id: &str, text: String| {
        files.push(AtlasFile { path: format!("{id}.yaml"), bytes: text.into_bytes() });
    };
    add("first", head("first", "", "go") + "  go: { kind: link, to: calls }\n");
    let call = |to: &str| format!("to: called, mode: call, outcomes: {{ done: {to} }}");
    add("calls", head("calls", ", from: first", "l0") + &chain(&call));
    let start = |to: &str| format!("to: beside, mode: start, next: {to}");
    add("called", head("called", ", from: calls", "l0") + &chain(&start));
    let act = "  act: { role: TM, title: Act, next: done }\n  done: { kind: end, outcome: done }\n";
    add("beside", head("beside", ", from: called", "act") + act);
    let found = check_soundly(&files);
    assert_eq!((faults(&found).map(one_line).collect::<Vec<_>>(), found.maps.len()), (Vec::new(), 4));
}

#[test]
fn an_alias_bomb_goes_off_nowhere() {
    let mut bomb = "a0: &a0 [x, x]\n".to_string();
    for at in 1..40 {
        bomb += &format!("a{at}: &a{at} [*a{0}, *a{0}, *a{0}, *a{0}]\n", at - 1);
    }
    assert!(rules(&checked(format!("{MAP}{bomb}"))).contains(&"unsupported-yaml"));
}

#[test]
fn a_byte_order_mark_and_other_line_ends_move_no_column() {
    let crlf = MAP.replace('\n', "\r\n");
    let cr = MAP.replace('\n', "\r");
    for text in [MAP.to_string(), crlf.clone(), cr, format!("\u{feff}{MAP}"), format!("\u{feff}{crlf}")] {
        let found = checked(text.clone());
        let lines: Vec<String> = faults(&found).map(one_line).collect();
        assert_eq!(lines, ["m.yaml:10:38-10:42 error[unknown-step] there is no step `doen` in this map"], "{text:?}");
    }
    let found = checked(format!("\u{feff}mapp: m\n{}", MAP.split_once('\n').unwrap().1.replace("doen", "done")));
    assert_eq!(
        faults(&found).map(one_line).collect::<Vec<_>>(),
        ["m.yaml:1:1-1:5 error[unknown-key] a map has no key `mapp`"]
    );
}

#[test]
fn files_with_nothing_in_them_are_reported() {
    for text in ["", "\n\n", "# nothing\n", "\u{feff}", "---\n", "---\n...\n", "null\n", "~", "[]", "{}", "''"] {
        assert_eq!(rules(&checked(text)), ["missing-key"], "{text:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    assert_eq!(rules(&checked(b"map: m\xff\xfe\n".to_vec())), ["not-utf-8"]);
    assert_eq!(rules(&checked("map: m\ntitle: A\u{0}B\n")), ["yaml-syntax"]);
    assert_eq!(rules(&checked(vec![0; 1000])), ["yaml-syntax"]);
    let utf_16: Vec<u8> = MAP.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(checked([vec![0xff, 0xfe], utf_16].concat()).has_errors());
}

#[test]
fn long_words_and_long_lines_are_taken() {
    let word = "a".repeat(1_000_000);
    let found = checked(MAP.replace("doen", &word).replace("TM", &word));
    assert!(found.findings.iter().all(|finding| finding.message.len() < 2_000 && finding.help.len() < 2_000));
    let line = format!("map: m\nsteps: {{ {} }}\n", "a: { next: é }, ".repeat(10_000));
    assert!(checked(line).has_errors());
}

#[test]
fn no_files_and_files_of_one_name() {
    assert!(check_soundly(&[]).findings.is_empty());
    let file = AtlasFile { path: "m.yaml".to_string(), bytes: MAP.as_bytes().to_vec() };
    assert!(check_soundly(&[file.clone(), file]).has_errors());
}
