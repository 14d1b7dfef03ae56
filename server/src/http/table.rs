//! Every route of the API with what it asks of whoever calls it.
//!
//! A staff route cannot be added without its guard, and the guard is what the handler's extractors check: there is no
//! second place in which a permission could be forgotten.

use crate::access::{Action, Power};
use crate::app::App;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter};
use axum::{Extension, Router};
use std::sync::Arc;

/// What a route asks of whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing: the routes of visitors, and the doors.
    Anyone,
    /// A session, also one of somebody who has yet to set up the second factor that their district asks for.
    LoggedIn,
    /// A session that may work; what it shows is narrowed to what the person may see.
    Inside,
    /// A power over the district.
    Power(Power),
    /// An action on the inquiry that the address names.
    Inquiry(Action),
}

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    /// Below `/api/v1`.
    pub path: String,
    pub guard: Guard,
}

/// A router, and the list of what is in it.
pub(super) struct Table {
    router: Router<Arc<App>>,
    routes: Vec<Route>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self { router: Router::new(), routes: Vec::new() }
    }

    /// Adds one route. `handler` answers one method.
    pub(super) fn route(mut self, guard: Guard, method: Method, path: &str, handler: Handler) -> Self {
        self.routes.push(Route { method, path: path.to_owned(), guard });
        self.router = self.router.route(path, handler.layer(Extension(guard)));
        self
    }

    /// Adds routes that lie below a path.
    pub(super) fn nest(mut self, path: &str, below: Self) -> Self {
        let here = |route: Route| Route { path: format!("{path}{}", route.path.trim_end_matches('/')), ..route };
        self.routes.extend(below.routes.into_iter().map(here));
        self.router = self.router.nest(path, below.router);
        self
    }

    /// Adds all of another one.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self.router = self.router.merge(other.router);
        self
    }

    /// Wraps what was added so far.
    pub(super) fn wrapped(mut self, wrap: impl FnOnce(Router<Arc<App>>) -> Router<Arc<App>>) -> Self {
        self.router = wrap(self.router);
        self
    }

    pub(super) fn into_parts(self) -> (Router<Arc<App>>, Vec<Route>) {
        (self.router, self.routes)
    }
}

pub(super) type Handler = MethodRouter<Arc<App>>;

/// A handler of one method.
pub(super) fn on<H, T>(method: &Method, handler: H) -> Handler
where
    H: axum::handler::Handler<T, Arc<App>>,
    T: 'static,
{
    // Only methods that axum knows are in the table.
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
    axum::routing::on(filter, handler)
}
