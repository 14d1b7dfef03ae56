//! Who asks: the address that counts, and the language.

use crate::app::App;
use crate::locale;
use crate::store::DistrictRecord;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use porchlight_shared::district::Campaign;
use porchlight_shared::phrase::Phrases;
use porchlight_shared::text::{Locale, choose};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// A visitor of public pages.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// The address that limits count. Never stored, never logged.
    pub(crate) address: IpAddr,
    /// The connection itself comes from this machine, and nobody passed it on.
    local: bool,
    asked: Option<String>,
    campaign: Option<String>,
    accept_language: Option<String>,
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |c| c.0.ip());
        let query = parts.uri.query().unwrap_or("");
        let (asked, campaign) = (asked(query, "lang"), asked(query, "c"));
        let text = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let passed_on = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"]
            .iter()
            .any(|name| parts.headers.contains_key(*name));
        let local = peer.to_canonical().is_loopback() && !passed_on;
        Ok(Self {
            address: address(app, peer, &parts.headers),
            local,
            asked,
            campaign,
            accept_language: text(header::ACCEPT_LANGUAGE),
        })
    }
}

impl Visitor {
    /// The language for this visitor of `district`.
    pub(crate) fn locale(&self, district: &DistrictRecord) -> Locale {
        locale::for_visitor(&district.district.locales, self.asked.as_deref(), self.accept_language.as_deref())
    }

    /// The language that the address asks for, where the district has it.
    pub(crate) fn asked_locale(&self, district: &DistrictRecord) -> Option<Locale> {
        choose(&district.district.locales, self.asked.as_deref().into_iter()).cloned()
    }

    /// The campaign through whose door somebody came to `topic`.
    pub(crate) fn campaign<'d>(&self, district: &'d DistrictRecord, topic: &str) -> Option<&'d Campaign> {
        let campaign = district.district.campaign(self.campaign.as_deref()?);
        campaign.filter(|c| c.topics.iter().any(|t| t == topic))
    }

    pub(crate) fn phrases(&self, district: &DistrictRecord) -> &'static Phrases {
        locale::phrases(&self.locale(district))
    }

    /// Our own wording where no district is known.
    pub(crate) fn any_phrases(&self) -> &'static Phrases {
        locale::ours(self.asked.as_deref(), self.accept_language.as_deref())
    }

    /// Whether the request comes from this machine itself.
    pub(crate) fn is_local(&self) -> bool {
        self.local
    }
}

/// A value of the address's query.
pub(crate) fn asked(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The visitor's address: the peer's, or, when the peer is a trusted proxy, the last address in the one header
/// that our proxies write which no trusted proxy has. Only that header is read: a client can send the
/// other one, and most proxies pass it on. Sources: RFC 7239 (`Forwarded`), and the customary
/// `X-Forwarded-For`.
fn address(app: &App, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |ip: IpAddr| app.settings.trusted_proxies.iter().any(|net| net.contains(ip));
    if !trusted(peer) {
        return peer;
    }
    let name = app.settings.forwarded_header.as_str();
    let all: Vec<String> = headers.get_all(name).iter().map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned()).collect();
    let all = all.join(",");
    let hop = |text: &str| match name {
        "forwarded" => text.split(';').find_map(|pair| pair.trim().to_ascii_lowercase().strip_prefix("for=").and_then(node)),
        _ => node(text),
    };
    for text in all.rsplit(',').filter(|t| !t.trim().is_empty()) {
        match hop(text) {
            Some(ip) if trusted(ip) => {}
            Some(ip) => return ip,
            // Whatever stands before something unreadable may be made up.
            None => return peer,
        }
    }
    peer
}

/// An address with or without quotation marks, brackets and port.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|t| t.split(']').next()).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()))
}

#[cfg(test)]
mod tests {
    use super::node;

    #[test]
    fn addresses_in_headers() {
        for (text, ip) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:80", "192.0.2.1"),
            ("\"[2001:db8::1]:80\"", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(node(text).unwrap().to_string(), ip);
        }
        assert_eq!(node("unknown"), None);
    }
}
