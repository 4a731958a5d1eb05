//! Request ids: a command that is repeated with the id it came with is answered as the first was, and does nothing.

use std::collections::BTreeMap;

use mapcase_case::{Act, Attachment, CaseNumber, Command, Opening, Refusal, RefusalKind};
use mapcase_map::unseen::is_unseen;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

use crate::engine::Answer;
use crate::error::Error;
use crate::{hash, stamp};

/// A command that came with a request id.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    id: &'a str,
    /// The command as canonical JSON. What the casebook keeps is its salted hash: a command can hold personal values.
    command: String,
}

/// The longest request id, in characters.
const LONGEST_ID: usize = 200;

impl<'a> Request<'a> {
    /// A request id that can be kept and shown again.
    pub fn named(id: &'a str) -> Result<&'a str, Error> {
        let wrong = |what: &str| {
            let help = "write 1 to 200 characters, such as letters, digits and dashes";
            let refusal = Refusal::new(RefusalKind::WrongValue, format!("the request id {what}"), help);
            Err(Error::Refused(Box::new(refusal)))
        };
        match id {
            id if id.trim().is_empty() => wrong("is empty"),
            id if id.chars().nth(LONGEST_ID).is_some() => wrong("is too long"),
            id if id.chars().any(is_unseen) => wrong("has letters in it that are not seen"),
            id => Ok(id),
        }
    }

    pub fn to_open(id: &'a str, opening: &Opening) -> Self {
        let Opening { map, entry, record, actor, role, at } = opening;
        let at = at.map(stamp::write);
        let command = json!({
            "open": { "map": map, "entry": entry, "record": record, "actor": actor, "role": role, "at": at },
        });
        Self { id, command: hash::canonical(&command) }
    }

    pub fn to_do(id: &'a str, case: CaseNumber, command: &Command) -> Self {
        let Command { act, actor, role, at, expect } = command;
        let at = at.map(stamp::write);
        let command = json!({
            "case": case.to_string(), "act": written(act), "actor": actor, "role": role, "at": at,
            "expect": expect.map(|seq| seq.to_string()),
        });
        Self { id, command: hash::canonical(&command) }
    }

    /// The answer to this request, if it was made before. The row is written anew, so that the answer is on the disk once the transaction is
    /// committed: a program that was killed before it had synced the log leaves a row that is read like any other, and that a loss of
    /// power would take away.
    pub fn answered(&self, db: &Connection) -> Result<Option<Answer>, Error> {
        let sql = "SELECT salt, command, answer FROM request WHERE id = ?1";
        let row: Option<(String, String, String)> = db
            .prepare_cached(sql)?
            .query_row([self.id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((salt, command, answer)) = row else { return Ok(None) };
        if command != self.fingerprint(&salt) {
            return Err(Error::RequestReused(self.id.to_string()));
        }
        let unreadable = |_| Error::Damaged(format!("the answer to request `{}` cannot be read", self.id));
        let answer = serde_json::from_str(&answer).map_err(unreadable)?;
        // An update that changes nothing would write nothing.
        let sql = "REPLACE INTO request (id, salt, command, answer, recorded_at)
            SELECT id, salt, command, answer, recorded_at FROM request WHERE id = ?1";
        db.prepare_cached(sql)?.execute([self.id])?;
        Ok(Some(answer))
    }

    /// Keeps the answer, so that a repeated request gets it again.
    pub fn keep(&self, db: &Connection, answer: &Answer, recorded_at: &str) -> Result<(), Error> {
        let salt = hash::salt()?;
        let sql = "INSERT INTO request (id, salt, command, answer, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let command = self.fingerprint(&salt);
        db.prepare_cached(sql)?.execute(params![self.id, salt, command, hash::canonical(answer), recorded_at])?;
        Ok(())
    }

    fn fingerprint(&self, salt: &str) -> String {
        hash::text("request", &format!("{salt}\n{}", self.command))
    }
}

/// An act as JSON. Casebooks hold hashes of these: what is written for an act never changes.
fn written(act: &Act) -> Value {
    match act {
        Act::Do { step, set, check_off, attach } => {
            json!({ "do": { "step": step, "set": set, "check-off": check_off, "attach": attached(attach) } })
        }
        // Without ticks it is written as it was before an answer could take them along.
        Act::Answer { step, answer, set, check_off, attach } if check_off.is_empty() => {
            json!({ "answer": { "step": step, "answer": answer, "set": set, "attach": attached(attach) } })
        }
        Act::Answer { step, answer, set, check_off, attach } => {
            let attach = attached(attach);
            json!({ "answer": { "step": step, "answer": answer, "set": set, "check-off": check_off, "attach": attach } })
        }
        Act::Receive { step, set, attach } => {
            json!({ "receive": { "step": step, "set": set, "attach": attached(attach) } })
        }
        Act::Set(fields) => json!({ "set": fields }),
        Act::CheckOff(item) => json!({ "check-off": item }),
        Act::Attach(attachment) => json!({ "attach": attached(std::slice::from_ref(attachment)) }),
        Act::Note(text) => json!({ "note": text }),
        Act::Assign(to) => json!({ "assign": to }),
        Act::Withdraw { reason } => json!({ "withdraw": reason }),
    }
}

fn attached(attachments: &[Attachment]) -> Vec<BTreeMap<&str, Option<&str>>> {
    attachments
        .iter()
        .map(|Attachment { name, reference, sha256 }| {
            BTreeMap::from([
                ("name", Some(name.as_str())),
                ("reference", Some(reference.as_str())),
                ("sha256", sha256.as_deref()),
            ])
        })
        .collect()
}
