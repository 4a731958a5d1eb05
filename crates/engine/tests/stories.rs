//! Stories on the real maps, through the engine, on a simulated clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use common::{Book, With, answer, done};

#[test]
fn two_letters_go_unanswered_and_a_manager_knows() {
    let book = Book::real("2022-01-01");
    let record = [("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-04-10")];
    let case = book.open("2022-10-10 09:00", "financial-review-preparation", &record);
    assert_eq!(book.act("2022-10-10 09:00", case, done()), "prepare-letters");
    book.act("2022-10-14 10:00", case, done());
    assert_eq!(book.act("2022-10-14 10:00", case, done().attach(&["letter"])), "first-response");
    assert_eq!(book.act("2022-10-29 09:00", case, answer("no")), "send-second-letter");
    book.act("2022-10-29 09:00", case, done().attach(&["second-letter"]));
    assert_eq!(book.tick("2022-12-15 09:00"), 3);
    assert_eq!(book.state(1).step, "escalate-to-asw");
    assert_eq!(book.state(2).opened.map, "escalation-to-dct-csm");
    assert_eq!(book.work("CSM"), ["1 told escalate-to-asw", "2 told state-question"]);
    book.sound();
}
