//! The maps that the catalogue of the 2022 document names, with the titles that survived, and the links between them.

/// A map of the catalogue.
pub struct Named {
    /// Its number there.
    pub number: u32,
    /// Its id here.
    pub id: &'static str,
    /// Its title in the document, word for word; none where it did not survive.
    pub title: Option<&'static str>,
}

const fn titled(number: u32, id: &'static str, title: &'static str) -> Named {
    Named { number, id, title: Some(title) }
}

const fn untitled(number: u32, id: &'static str) -> Named {
    Named { number, id, title: None }
}

/// Every map.
pub const MAPS: [Named; 40] = [
    titled(1, "resource-panel-new-request", "Resource panel outcomes- new request"),
    titled(2, "resource-panel-updated-request", "Resource panel outcomes- updated request"),
    titled(3, "direct-payment-panel-planned-reviews", "Direct payment panel outcomes- planned reviews"),
    titled(4, "day-time-services", "Day time services"),
    untitled(5, "overnight-respite"),
    untitled(6, "recruitment-of-employees"),
    untitled(7, "new-service-provision"),
    untitled(8, "no-payment"),
    titled(9, "incorrect-payment-made", "Issue identified with a payment run- incorrect payment made"),
    titled(
        10,
        "incorrect-payment-either-account",
        "Issue identified with a payment run- incorrect payment to either family or checkbook account when both exist",
    ),
    titled(11, "service-uplift-request", "Service uplift request"),
    titled(12, "service-uplift-cross-reference", "Service uplift cross reference"),
    titled(13, "interim-payment-required", "Interim payment required"),
    titled(14, "backdated-payment-ending", "Backdated payment required to direct payment that is ending"),
    titled(15, "cancellations-amendment-request", "Cancellations/Amendment request"),
    titled(16, "social-care-needs-review", "Social care needs review of direct payment"),
    titled(17, "escalation-to-dct-csm", "Escalation to DCT CSM for advice or a decision"),
    titled(18, "new-assessment-of-need", "New assessment of need"),
    untitled(19, "re-assessment-of-need"),
    titled(20, "request-to-accept-ola-transfer", "Request to accept OLA DP transfer"),
    titled(21, "change-request-received", "Change request received from source other than ASW (family, DPW, DPSW etc)"),
    titled(22, "increase-in-employment-hours", "Increase in employment hours"),
    titled(23, "reduction-in-employment-hours", "Reduction in employment hours"),
    titled(24, "employment-to-service-provision", "Change from employment hours to service provision"),
    titled(25, "required-checks-with-payroll", "Required checks with payroll"),
    titled(26, "service-or-employment-ended", "Service provision or employment hours ended"),
    titled(27, "financial-review-preparation", "Financial review- preparation (all direct payments)"),
    titled(28, "financial-review-admin-assistant", "Financial review- Admin assistant"),
    titled(29, "financial-review-quality-assurance", "Financial review- Quality Assurance"),
    untitled(30, "audit-preparation"),
    untitled(31, "planned-audit"),
    untitled(32, "final-audit"),
    titled(33, "transition-to-adult-audit", "Transition to adult audit"),
    untitled(34, "reclaim"),
    untitled(35, "write-off"),
    titled(36, "transfer-out", "Child with a direct payment transferring OUT of the local authority"),
    titled(37, "transfer-in", "Child with a direct payment transferring INTO the local authority"),
    titled(
        38,
        "approaching-18",
        "Child with direct payment approaching 18 years old and potentially transitioning to ASC",
    ),
    titled(39, "direct-payment-closure", "Direct payment closure"),
    titled(40, "senior-management-oversight", "Senior management oversight of direct payments"),
];

/// Each map with those to which it leads, by their numbers.
pub const LINKS: [(u32, &[u32]); 39] = [
    (1, &[4, 5, 6, 7, 13]),
    (2, &[7, 22, 23, 24, 26]),
    (3, &[2, 16, 17, 27, 34, 39]),
    (4, &[27]),
    (5, &[27]),
    (6, &[7, 27]),
    (7, &[11, 27]),
    (8, &[13, 15, 40]),
    (9, &[15, 17, 34]),
    (10, &[13, 34]),
    (11, &[2, 12]),
    (12, &[9]),
    (13, &[17, 31]),
    (14, &[17, 32]),
    (15, &[2, 9, 13, 26]),
    (16, &[2, 3, 17, 19, 36, 38, 39]),
    (17, &[40]),
    (18, &[1, 37]),
    (19, &[2, 39]),
    (20, &[37]),
    (21, &[15, 16, 22, 23, 24, 26]),
    (22, &[6, 25]),
    (23, &[25, 26, 34]),
    (24, &[7, 13, 25, 26]),
    (25, &[9, 17]),
    (26, &[6, 7, 14, 15, 25, 39]),
    (27, &[17, 28]),
    (28, &[27, 29]),
    (29, &[3, 16, 17, 28, 31, 34]),
    (30, &[31, 32, 33]),
    (31, &[16, 17, 34]),
    (32, &[14, 34, 39]),
    (33, &[34, 39]),
    (34, &[35]),
    (35, &[34, 40]),
    (36, &[39]),
    (37, &[1]),
    (38, &[17, 26, 33, 39]),
    (39, &[14, 15, 26, 32, 34]),
];
