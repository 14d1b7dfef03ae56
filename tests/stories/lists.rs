//! Every list is the whole, filtered and in order: page by page, for everybody, on both databases.

use porchlight_shared::status::{Kind, Priority};
use porchlight_tests::app::{Staff, Wish};
use porchlight_tests::office::Given;
use serde_json::{Value, json};

/// All pages of a list, seven lines at a time.
async fn pages(staff: &Staff<'_>, query: &str) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = staff.get(&format!("/inquiries?limit=7&{query}{after}")).await;
        all.extend(page["inquiries"].as_array().unwrap_or_else(|| panic!("{query}: {page}")).clone());
        let Some(next) = page["next"].as_str() else { return all };
        after = format!("&after={next}");
        assert!(all.len() < 500, "{query} has no end");
    }
}

fn ids(all: &[Value]) -> Vec<&str> {
    all.iter().map(|i| i["id"].as_str().unwrap()).collect()
}

/// The whole, filtered and put in order here.
fn expected(whole: &[Value], by_due: bool, keep: &dyn Fn(&Value) -> bool) -> Vec<Value> {
    let mut all: Vec<Value> = whole.iter().filter(|i| keep(i)).cloned().collect();
    let text = |i: &Value, key: &str| i[key].as_str().map(str::to_owned);
    if by_due {
        all.sort_by_key(|i| (text(i, "due_at").is_none(), text(i, "due_at"), text(i, "id")));
    } else {
        all.sort_by_key(|i| std::cmp::Reverse((text(i, "received_at"), text(i, "id"))));
    }
    all
}

type Keep = Box<dyn Fn(&Value) -> bool>;

/// Questions, whether their order is that of due times, and what belongs in the answer.
fn questions(me: &str, others: [&str; 2]) -> Vec<(String, bool, Keep)> {
    fn is(key: &'static str, any: &'static [&'static str]) -> Keep {
        Box::new(move |i| any.contains(&i[key].as_str().unwrap()))
    }
    fn and(one: Keep, other: Keep) -> Keep {
        Box::new(move |i| one(i) && other(i))
    }
    let owned = |by: &str| -> Keep {
        let by = by.to_owned();
        Box::new(move |i| i["owner"]["account_id"].as_str() == Some(&by))
    };
    let tagged = |tag: &'static str| -> Keep { Box::new(move |i| i["tags"].as_array().is_some_and(|t| t.contains(&json!(tag)))) };
    let topic = |id: &'static str| -> Keep { Box::new(move |i| i["topic"]["id"] == id) };
    let nobody = || -> Keep { Box::new(|i| i["owner"].is_null()) };
    const OPEN: &[&str] = &["new", "open"];
    const LIVE: &[&str] = &["new", "open", "waiting"];
    vec![
        (String::from("view=everything"), false, Box::new(|_| true)),
        (String::from("sort=due"), true, Box::new(|_| true)),
        (String::from("view=open"), true, is("status", OPEN)),
        (String::from("view=open&sort=newest"), false, is("status", OPEN)),
        (String::from("view=waiting"), true, is("status", &["waiting"])),
        (String::from("view=closed"), false, is("status", &["closed"])),
        (String::from("view=closed&sort=due"), true, is("status", &["closed"])),
        (String::from("view=critical"), true, and(is("status", LIVE), is("priority", &["critical"]))),
        (String::from("view=mine"), true, and(is("status", OPEN), owned(me))),
        (String::from("view=unassigned"), true, and(is("status", LIVE), nobody())),
        (String::from("view=past_due"), true, Box::new(|i| i["past_due"] == true)),
        (String::from("view=open&topic=food"), true, and(is("status", OPEN), topic("food"))),
        (String::from("view=closed&topic=transportation"), false, and(is("status", &["closed"]), topic("transportation"))),
        (String::from("view=everything&tag=gate"), false, tagged("gate")),
        (String::from("view=open&tag=gate&topic=food"), true, and(and(is("status", OPEN), tagged("gate")), topic("food"))),
        (
            String::from("view=everything&kind=question&status=new,closed"),
            false,
            and(is("status", &["new", "closed"]), is("kind", &["question"])),
        ),
        (format!("owner={}", others[0]), false, owned(others[0])),
        (format!("view=open&owner={}&sort=newest", others[1]), false, and(is("status", OPEN), owned(others[1]))),
        (
            String::from("view=open&owner=nobody&kind=concern"),
            true,
            and(and(is("status", OPEN), nobody()), is("kind", &["concern"])),
        ),
    ]
}

on_both_engines! {
    async fn every_list_is_the_whole_filtered(app: TestApp = Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }) {
        let (dewey, claims, counselor) = (app.account("dewey").await, app.account("claims").await, app.account("counselor").await);
        let start = app.app.now().as_millisecond();
        let mut made = Vec::new();
        for n in 0..60_usize {
            let owners = [Some(dewey.as_str()), None, Some(claims.as_str()), Some(counselor.as_str()), None];
            let given = Given {
                topic: ["transportation", "food", "transportation", "technology"][n % 4],
                owner: owners[n % 5],
                kind: [Kind::Question, Kind::Concern, Kind::Compliment][n % 3],
                priority: if n % 6 == 1 { Priority::Critical } else { Priority::Normal },
                confidential: n % 11 == 3,
                members: if n % 13 == 2 { std::slice::from_ref(&claims) } else { &[] },
                // Some at the same moment; the oldest are past due.
                at: Some(start - 8 * 86_400_000 + i64::try_from(n / 2).unwrap() * 7 * 3_600_000),
                ..Given::default()
            };
            made.push(app.given(given).await);
        }
        let admin = app.log_in("admin").await;
        for (n, id) in made.iter().enumerate() {
            match n % 9 {
                1 | 5 => drop(admin.send("POST", &format!("/inquiries/{id}/closure"), None).await),
                3 => drop(admin.send("POST", &format!("/inquiries/{id}/waiting"), None).await),
                7 => {
                    admin.send("POST", &format!("/inquiries/{id}/closure"), None).await;
                    admin.send("DELETE", &format!("/inquiries/{id}/closure"), None).await;
                }
                _ => {}
            }
        }
        let tagged: Vec<&String> = made.iter().step_by(3).collect();
        let bulk = json!({ "ids": tagged, "do": { "tag": { "add": ["gate"], "remove": [] } } });
        assert!(admin.send("POST", "/bulk", Some(bulk)).await.status().is_success());
        for (who, me) in [("admin", app.account("admin").await), ("observer", app.account("observer").await), ("dewey", dewey.clone()), ("claims", claims.clone())] {
            let staff = app.log_in(who).await;
            let whole = staff.get("/inquiries?limit=200").await["inquiries"].as_array().unwrap().clone();
            if who == "admin" {
                assert_eq!(whole.len(), 60);
                for status in ["new", "open", "waiting", "closed"] {
                    assert!(whole.iter().any(|i| i["status"] == status), "none is {status}");
                }
            }
            for (query, by_due, keep) in questions(&me, [&dewey, &claims]) {
                let (found, right) = (pages(&staff, &query).await, expected(&whole, by_due, &*keep));
                assert_eq!(ids(&found), ids(&right), "{who}: {query}");
            }
        }
    }
}
