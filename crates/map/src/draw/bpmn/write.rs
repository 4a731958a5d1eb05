//! A plan as a BPMN 2.0 document.

use super::super::layout::{Point, Rect};
use super::diagram::{Diagram, diagram};
use super::notes;
use super::time::Timing;
use super::xml::Xml;
use super::{Cause, Condition, Kind, Plan, Shape};
use crate::atlas::CheckedAtlas;
use crate::model::{Map, StepKind};
use crate::written::listed;

/// The namespaces of a document. The last is ours: it keeps the ids of steps.
const NAMESPACES: [(&str, &str); 7] = [
    ("xmlns", "http://www.omg.org/spec/BPMN/20100524/MODEL"),
    ("xmlns:bpmndi", "http://www.omg.org/spec/BPMN/20100524/DI"),
    ("xmlns:dc", "http://www.omg.org/spec/DD/20100524/DC"),
    ("xmlns:di", "http://www.omg.org/spec/DD/20100524/DI"),
    ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ("xmlns:mapcase", "urn:mapcase:bpmn"),
    ("targetNamespace", "urn:mapcase:maps"),
];

/// The language of conditions: OMG's own for decisions, which BPMN tools read.
const FEEL: &str = "https://www.omg.org/spec/DMN/20191111/FEEL/";
/// The language of times that ISO 8601 cannot say: the map's own words.
const OUR_TIME: &str = "urn:mapcase:time";

/// Ids of the document. A map's id is the process's and has neither capitals nor `_`: every other id has one of these.
pub(super) const COLLABORATION: &str = "Collaboration";
pub(super) const POOL: &str = "Pool";

/// The process's id: the map's, as far as XML allows, so that a call finds it in another file.
pub(super) fn process_id(map: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    let id: String = map.chars().map(plain).collect();
    if id.starts_with(|letter: char| letter.is_ascii_alphabetic()) { id } else { format!("_{id}") }
}

/// Writes the document.
pub(super) fn document(plan: &Plan, map: &Map, atlas: &CheckedAtlas) -> String {
    let title = &plan.title;
    let mut xml = Xml::new();
    let mut attributes = NAMESPACES.to_vec();
    attributes.extend([("id", "Definitions"), ("name", title), ("expressionLanguage", FEEL)]);
    attributes.push(("exporter", "mapcase"));
    let process = Process { plan, map, atlas };
    xml.group("definitions", &attributes, |xml| {
        xml.group("collaboration", &[("id", COLLABORATION)], |xml| {
            let pool = [("id", POOL), ("name", title.as_str()), ("processRef", &process_id(&map.id))];
            xml.empty("participant", &pool);
        });
        for (place, name) in plan.messages.iter().enumerate() {
            xml.empty("message", &[("id", &message_id(place)), ("name", name)]);
        }
        let id = process_id(&map.id);
        let attributes = [("id", id.as_str()), ("name", title), ("isExecutable", "true"), ("mapcase:map", &map.id)];
        xml.group("process", &attributes, |xml| process.write(xml));
        picture(xml, plan, &diagram(plan));
    });
    xml.finish()
}

fn message_id(place: usize) -> String {
    format!("message_{}", place + 1)
}

/// The id of a lane.
pub(super) fn lane_id(place: usize) -> String {
    format!("lane_{}", place + 1)
}

struct Process<'a> {
    plan: &'a Plan,
    map: &'a Map,
    atlas: &'a CheckedAtlas,
}

impl Process<'_> {
    fn write(&self, xml: &mut Xml) {
        document_all(xml, &self.plan.notes);
        self.lanes(xml);
        for (place, shape) in self.plan.shapes.iter().enumerate() {
            self.shape(xml, place, shape);
        }
        for flow in &self.plan.flows {
            let (from, to) = (&self.plan.shapes[flow.from].id, &self.plan.shapes[flow.to].id);
            let attributes = [("id", flow.id.as_str()), ("sourceRef", from), ("targetRef", to)];
            match &flow.when {
                None => xml.empty("sequenceFlow", &attributes),
                Some(when) => {
                    let label = label(when);
                    let attributes = [&attributes[..1], &[("name", label.as_str())], &attributes[1..]].concat();
                    xml.group("sequenceFlow", &attributes, |xml| {
                        xml.text("conditionExpression", &[("xsi:type", "tFormalExpression")], &condition(when));
                    });
                }
            }
        }
        for remark in &self.plan.remarks {
            xml.group("textAnnotation", &[("id", &remark.id)], |xml| xml.text("text", &[], &remark.text));
            let beside = &self.plan.shapes[remark.beside].id;
            let id = format!("to_{}", remark.id);
            xml.empty("association", &[("id", &id), ("sourceRef", beside), ("targetRef", &remark.id)]);
        }
    }

    fn lanes(&self, xml: &mut Xml) {
        if self.plan.lanes.is_empty() {
            return;
        }
        xml.group("laneSet", &[("id", "Lanes")], |xml| {
            for (place, role) in self.plan.lanes.iter().enumerate() {
                xml.group("lane", &[("id", &lane_id(place)), ("name", role)], |xml| {
                    document_all(xml, self.atlas.roles().get(role));
                    for shape in self.plan.shapes.iter().filter(|shape| self.plan.lane_of[shape.of] == place) {
                        xml.text("flowNodeRef", &[], &shape.id);
                    }
                });
            }
        });
    }

    fn shape(&self, xml: &mut Xml, place: usize, shape: &Shape) {
        let mut attributes = vec![("id", shape.id.as_str())];
        if !shape.name.is_empty() {
            attributes.push(("name", &shape.name));
        }
        let step = &self.map.steps[shape.of];
        let (message, host, called);
        let tag = match &shape.kind {
            Kind::Start(_) => "startEvent",
            Kind::End(_) => "endEvent",
            Kind::Throw(_) => "intermediateThrowEvent",
            Kind::Timer(_) => "intermediateCatchEvent",
            Kind::Gateway => "exclusiveGateway",
            Kind::Task => "userTask",
            Kind::Receive(place) => {
                message = message_id(*place);
                attributes.push(("messageRef", &message));
                "receiveTask"
            }
            Kind::Boundary { on, interrupts, .. } => {
                host = &self.plan.shapes[*on].id;
                attributes.push(("attachedToRef", host));
                attributes.push(("cancelActivity", if *interrupts { "true" } else { "false" }));
                "boundaryEvent"
            }
            Kind::Call(map) => {
                called = process_id(map);
                attributes.push(("calledElement", &called));
                "callActivity"
            }
        };
        if shape.is_step {
            attributes.push(("mapcase:step", &step.id));
            if let StepKind::End { outcome } = &step.kind {
                attributes.push(("mapcase:outcome", outcome));
            }
        }
        xml.group(tag, &attributes, |xml| self.inside(xml, place, shape));
    }

    /// What stands in an element, in the order that the standard's schema asks for.
    fn inside(&self, xml: &mut Xml, place: usize, shape: &Shape) {
        document_all(xml, &shape.notes);
        let ends = &self.plan.ends[place];
        ends.into.iter().for_each(|flow| xml.text("incoming", &[], &self.plan.flows[*flow].id));
        ends.out.iter().for_each(|flow| xml.text("outgoing", &[], &self.plan.flows[*flow].id));
        if let Kind::Start(Cause::Message(message)) | Kind::End(Some(message)) | Kind::Throw(Some(message)) =
            &shape.kind
        {
            let id = format!("event_{}", shape.id);
            xml.empty("messageEventDefinition", &[("id", &id), ("messageRef", &message_id(*message))]);
        }
        if let Some(timing) = notes::timing(shape) {
            let id = format!("event_{}", shape.id);
            xml.group("timerEventDefinition", &[("id", &id)], |xml| time(xml, timing));
        }
        if matches!(shape.kind, Kind::Task | Kind::Receive(_)) {
            for role in &shape.roles {
                xml.group("potentialOwner", &[("name", role)], |xml| {
                    xml.group("resourceAssignmentExpression", &[], |xml| {
                        xml.text("formalExpression", &[], &quoted(role));
                    });
                });
            }
        }
    }
}

fn document_all<'a>(xml: &mut Xml, notes: impl IntoIterator<Item = &'a String>) {
    notes.into_iter().for_each(|note| xml.text("documentation", &[], note));
}

fn time(xml: &mut Xml, timing: &Timing) {
    let formal = ("xsi:type", "tFormalExpression");
    match &timing.iso {
        Some(iso) => xml.text("timeDuration", &[formal], iso),
        None => xml.text("timeDate", &[formal, ("language", OUR_TIME)], &timing.words),
    }
}

/// What stands on a flow that a condition guards.
pub(super) fn label(when: &Condition) -> String {
    listed(&when.values, "or")
}

fn condition(when: &Condition) -> String {
    let is: Vec<String> = when.values.iter().map(|value| format!("{} = {}", when.variable, quoted(value))).collect();
    is.join(" or ")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The diagram part of the document.
fn picture(xml: &mut Xml, plan: &Plan, diagram: &Diagram) {
    xml.group("bpmndi:BPMNDiagram", &[("id", "Diagram")], |xml| {
        xml.group("bpmndi:BPMNPlane", &[("id", "Plane"), ("bpmnElement", COLLABORATION)], |xml| {
            let level = [("isHorizontal", "true")];
            drawn(xml, POOL, &level, diagram.pool, None);
            for (place, lane) in diagram.lanes.iter().enumerate() {
                drawn(xml, &lane_id(place), &level, *lane, None);
            }
            for (shape, (rect, label)) in plan.shapes.iter().zip(&diagram.shapes) {
                let marked = [("isMarkerVisible", "true")];
                let more: &[(&str, &str)] = if matches!(shape.kind, Kind::Gateway) { &marked } else { &[] };
                drawn(xml, &shape.id, more, *rect, *label);
            }
            for (remark, (rect, _)) in plan.remarks.iter().zip(&diagram.remarks) {
                drawn(xml, &remark.id, &[], *rect, None);
            }
            for (flow, (points, label)) in plan.flows.iter().zip(&diagram.flows) {
                line(xml, &flow.id, points, *label);
            }
            for (remark, (_, points)) in plan.remarks.iter().zip(&diagram.remarks) {
                line(xml, &format!("to_{}", remark.id), points, None);
            }
        });
    });
}

fn drawn(xml: &mut Xml, of: &str, more: &[(&str, &str)], rect: Rect, label: Option<Rect>) {
    let id = format!("shape_{of}");
    let attributes = [&[("id", id.as_str()), ("bpmnElement", of)], more].concat();
    xml.group("bpmndi:BPMNShape", &attributes, |xml| {
        bounds(xml, rect);
        label.iter().for_each(|label| xml.group("bpmndi:BPMNLabel", &[], |xml| bounds(xml, *label)));
    });
}

fn line(xml: &mut Xml, of: &str, points: &[Point], label: Option<Rect>) {
    let id = format!("line_{of}");
    xml.group("bpmndi:BPMNEdge", &[("id", &id), ("bpmnElement", of)], |xml| {
        for Point { x, y } in points {
            xml.empty("di:waypoint", &[("x", &x.to_string()), ("y", &y.to_string())]);
        }
        label.iter().for_each(|label| xml.group("bpmndi:BPMNLabel", &[], |xml| bounds(xml, *label)));
    });
}

fn bounds(xml: &mut Xml, rect: Rect) {
    let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(|figure| figure.to_string());
    xml.empty("dc:Bounds", &[("x", &x), ("y", &y), ("width", &width), ("height", &height)]);
}
