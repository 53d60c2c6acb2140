//! The router's table, read from its source, so that a test covers every path there is.

const TABLE: &str = include_str!("../../provider/server/src/http.rs");

/// A path of the table and the methods it takes.
#[derive(Clone, Debug)]
pub struct Route {
    /// The path, `{tenant}`, `{name}` and `{client_id}` unfilled.
    pub path: String,
    /// `GET`, `POST`, `PUT`, `DELETE`.
    pub methods: Vec<&'static str>,
}

/// Every path: those of a tenant twice, at the root and below `/t/{tenant}`.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (_, router) = TABLE.split_once("fn every_path(").expect("the paths of the server");
    let (root, tenant) = router.split_once("\n}\n").expect("the paths of one tenant");
    let below = read(tenant).into_iter().flat_map(|route| {
        let nested = Route { path: format!("/t/{{tenant}}{}", route.path), ..route.clone() };
        [route, nested]
    });
    read(root).into_iter().chain(below).collect()
}

fn read(table: &str) -> Vec<Route> {
    let mut lines = table.split(".route(\"").skip(1).map(|rest| rest.split_once('"').expect("a path"));
    let routes: Vec<_> = lines
        .by_ref()
        .map(|(path, rest)| {
            let handlers = rest.lines().next().unwrap_or_default();
            let methods = [("get(", "GET"), ("post(", "POST"), ("put(", "PUT"), ("delete(", "DELETE")];
            let methods = methods.into_iter().filter(|(call, _)| handlers.contains(call));
            Route { path: path.to_owned(), methods: methods.map(|(_, method)| method).collect() }
        })
        .collect();
    assert!(!routes.is_empty() && routes.iter().all(|route| !route.methods.is_empty()), "{routes:?}");
    routes
}

impl Route {
    /// The path with the tenant's name and an asset's filled in.
    #[must_use]
    pub fn filled(&self, tenant: &str, asset: &str) -> String {
        self.path
            .replace("{tenant}", tenant)
            .replace("{name}", asset)
            .replace("{client_id}", "nobody")
            .replace("{logo}", "logo")
    }
}
