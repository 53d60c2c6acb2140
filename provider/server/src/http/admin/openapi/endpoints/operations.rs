//! What those ask who run the server.

use super::{Answer, Content, Endpoint, Origins, Sent, TEXT};

const FINE: Answer = Answer { status: 200, about: "`ok`.", content: &[Content::Text(TEXT)], headers: &[] };

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/livez",
        method: "get",
        id: "isAlive",
        tag: "Health",
        summary: "Whether the process answers",
        about: "",
        security: &[""],
        origins: Origins::Own,
        query: &[],
        sent: Sent::Nothing,
        answers: &[FINE],
    },
    Endpoint {
        path: "/readyz",
        method: "get",
        id: "isReady",
        tag: "Health",
        summary: "Whether the database can be read and written",
        about: "Redis is told of in a second line, and does not count.",
        security: &[""],
        origins: Origins::Own,
        query: &[],
        sent: Sent::Nothing,
        answers: &[
            FINE,
            Answer {
                status: 503,
                about: "It cannot; the text says whether the disk is full.",
                content: &[Content::Text(TEXT)],
                headers: &[],
            },
        ],
    },
];
