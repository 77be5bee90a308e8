//! The hub's own log, what is made of it for support, and the figures for Prometheus.

use crate::world::World;
use hearth_server::admin::metrics::MetricsAccess;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Read;

fn line(number: u32, level: &str, message: &str) -> String {
    let fields = json!({"message": message, "number": number});
    let span = json!({"name": "request", "request.id": format!("request-{number}")});
    let line = json!({"timestamp": "2026-11-26T09:00:00Z", "level": level, "fields": fields, "target": "hearth_server::chat", "spans": [span]});
    format!("{line}\n")
}

fn messages(page: &Value) -> Vec<&str> {
    page["lines"].as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_log_is_read_from_its_end_narrowed_down_and_followed() {
    let (world, ann) = World::on_disk().await;
    assert_eq!(ann.get("/admin/logs").await.is(200)["lines"], json!([]));
    let folder = world.config.data.clone().unwrap().join("logs");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("hearth.2026-11-26.log");
    let some = [(1, "INFO", "started"), (2, "WARN", "a backup is late"), (3, "ERROR", "a batch was not written")];
    let text: String = some.iter().map(|(number, level, message)| line(*number, level, message)).collect();
    std::fs::write(&file, &text).unwrap();

    let all = ann.get("/admin/logs").await.is(200);
    assert_eq!(messages(&all), ["started", "a backup is late", "a batch was not written"]);
    assert_eq!(all["lines"][2]["level"], "error");
    assert_eq!(all["lines"][2]["fields"], json!({"number": "3"}));
    assert_eq!(all["lines"][2]["requestId"], "request-3");
    assert_eq!(all["before"], Value::Null);
    assert_eq!(messages(&ann.get("/admin/logs?level=warn").await.is(200)).len(), 2);
    assert_eq!(messages(&ann.get("/admin/logs?text=request-1").await.is(200)), ["started"]);
    let last = ann.get("/admin/logs?limit=1").await.is(200);
    assert_eq!(messages(&last), ["a batch was not written"]);
    let before = last["before"].as_str().unwrap();
    let older = ann.get(&format!("/admin/logs?limit=5&before={before}")).await.is(200);
    assert_eq!(messages(&older), ["started", "a backup is late"]);

    std::fs::write(&file, text + &line(4, "INFO", "stopped")).unwrap();
    let after = all["after"].as_str().unwrap();
    assert_eq!(messages(&ann.get(&format!("/admin/logs?after={after}")).await.is(200)), ["stopped"]);

    // A place that is in no file is answered with what is there.
    for far in ["hearth.2026-11-26.log:18446744073709551615", "hearth.9999-99-99.log:9", "hearth.0000-00-00.log:9"] {
        for side in ["before", "after"] {
            ann.get(&format!("/admin/logs?{side}={far}")).await.is(200);
        }
    }
    for wrong in ["level=loud", "limit=0", "limit=501", "before=../keys:1", "after=x", "lewel=warn"] {
        ann.get(&format!("/admin/logs?{wrong}")).await.refused(400, "validation");
    }
    ann.get(&format!("/admin/logs?before={before}&after={after}")).await.refused(400, "validation");
}

#[tokio::test]
async fn what_helps_from_afar_holds_no_names_and_no_addresses() {
    let (world, ann) = World::on_disk().await;
    let general = ann.general().await;
    ann.say(&general, "the secret recipe").await;
    let data = world.config.data.clone().unwrap();
    std::fs::create_dir_all(data.join("logs")).unwrap();
    let told = format!("ann@example.org came from 81.2.69.142 to {}", data.display());
    std::fs::write(data.join("logs/hearth.2026-11-26.log"), line(1, "WARN", &told)).unwrap();
    let answer = ann.request(Method::GET, "/admin/support.zip").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(answer.bytes().await.unwrap().to_vec())).unwrap();
    let mut all = String::new();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    for name in &names {
        zip.by_name(name).unwrap().read_to_string(&mut all).unwrap();
    }
    for name in ["about.json", "overview.json", "settings.json", "logs/hearth.2026-11-26.log"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
    assert!(all.contains("<e-mail> came from <address> to <data>"), "{all}");
    for private in ["example.org", "81.2.69", "secret recipe", "Ann"] {
        assert!(!all.contains(private), "{private} in {all}");
    }
}

#[tokio::test]
async fn what_the_hub_does_by_itself_is_seen_and_done_when_asked() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let jobs = ann.get("/admin/jobs").await.is(200);
    let all: Vec<_> = jobs.as_array().unwrap().iter().map(|job| job["job"].as_str().unwrap().to_owned()).collect();
    assert!(all.len() > 4 && jobs[0]["lastAt"].is_null() && jobs[0]["nextAt"].is_string(), "{jobs}");
    for job in &all {
        let done = ann.post(&format!("/admin/jobs/{job}/runs"), &json!({})).await.is(200);
        assert_eq!((done["job"].as_str(), done["failed"].as_bool()), (Some(job.as_str()), Some(false)));
        assert!(done["lastAt"].is_string() && done["tookMs"].is_u64(), "{done}");
    }
    let jobs = ann.get("/admin/jobs").await.is(200);
    assert!(jobs.as_array().unwrap().iter().all(|job| job["lastAt"].is_string()), "{jobs}");
    ann.post("/admin/jobs/make_coffee/runs", &json!({})).await.refused(404, "not_found");
    bob.get("/admin/jobs").await.refused(403, "forbidden");
    bob.post("/admin/jobs/trim_audit/runs", &json!({})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn the_log_and_the_figures_are_for_admins() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    for path in ["/admin/logs", "/admin/support.zip"] {
        bob.get(path).await.refused(403, "forbidden");
        gil.get(path).await.refused(403, "forbidden");
    }
    let stranger = world.stranger();
    ann.get("//metrics").await.refused(404, "not_found");

    world.config.metrics = MetricsAccess::Token;
    world.restart().await;
    stranger.get("//metrics").await.refused(401, "no_token");
    bob.get("//metrics").await.refused(403, "forbidden");
    let answer = ann.get("//metrics").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for line in ["\nhearth_people 3.0\n", "hearth_http_answer_seconds_count{status=\"4xx\"} 2\n"] {
        assert!(answer.text.contains(line), "{line} in {}", answer.text);
    }
    assert!(answer.text.ends_with("# EOF\n"), "{}", answer.text);

    world.config.metrics = MetricsAccess::Loopback;
    world.restart().await;
    assert_eq!(stranger.get("//metrics").await.status, 200);
}
