//! The schema that the migrations add up to.

use crate::world::World;
use insta::assert_snapshot;
use surrealdb::types::{SurrealValue, Value};

/// The definitions below one heading of an `INFO FOR …`.
async fn definitions(world: &World, sql: String) -> Vec<String> {
    let value: Value = world.app().database.handle().query(sql).await.unwrap().take(0).unwrap();
    let mut definitions = Vec::<String>::from_value(value).unwrap();
    definitions.sort();
    definitions
}

#[expect(clippy::too_many_lines, reason = "the schema is as long as it is")]
#[tokio::test]
async fn the_schema_is_as_written_here() {
    let world = World::empty().await;
    let mut lines = definitions(&world, "RETURN object::values((INFO FOR DB).tables)".to_owned()).await;
    let names = definitions(&world, "RETURN object::keys((INFO FOR DB).tables)".to_owned()).await;
    for heading in ["fields", "indexes", "events"] {
        for name in &names {
            lines
                .extend(definitions(&world, format!("RETURN object::values((INFO FOR TABLE {name}).{heading})")).await);
        }
    }
    assert_snapshot!(lines.join("\n"), @r#"
    DEFINE TABLE alerts TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE assigned TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE audit TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE avatar TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE channel TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE credential TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE delivery TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE draft TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE event TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE file TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE hook TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE invite TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE log TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE mail TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE mailed TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE member TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE mention TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE mentioned TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE message TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE message_task TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE migration TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE network TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE outgoing TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE person TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE pin TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE poll TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE preferences TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE project TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE reaction TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE read_mark TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE reader TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE reminder TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE reset TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE revision TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE saved TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE scheduled TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE sections TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE sent TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE session TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE settings TYPE NORMAL SCHEMAFULL PERMISSIONS NONE
    DEFINE TABLE slash_command TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE tally TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE task TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE task_act TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE task_bin TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE task_comment TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE task_place TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE task_text TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE team_group TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE thread TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE TABLE tombstone TYPE ANY SCHEMALESS PERMISSIONS NONE
    DEFINE FIELD act ON audit TYPE string PERMISSIONS FULL
    DEFINE FIELD actor ON audit TYPE none | uuid PERMISSIONS FULL
    DEFINE FIELD address ON audit TYPE string PERMISSIONS FULL
    DEFINE FIELD at ON audit TYPE int PERMISSIONS FULL
    DEFINE FIELD detail ON audit TYPE string PERMISSIONS FULL
    DEFINE FIELD target ON audit TYPE none | uuid PERMISSIONS FULL
    DEFINE FIELD hash ON avatar TYPE string PERMISSIONS FULL
    DEFINE FIELD image ON avatar TYPE bytes PERMISSIONS FULL
    DEFINE FIELD archived_at ON channel TYPE none | int PERMISSIONS FULL
    DEFINE FIELD created_at ON channel TYPE int PERMISSIONS FULL
    DEFINE FIELD created_by ON channel TYPE uuid PERMISSIONS FULL
    DEFINE FIELD kind ON channel TYPE string ASSERT $value INSIDE ['public', 'private', 'direct'] PERMISSIONS FULL
    DEFINE FIELD name ON channel TYPE string PERMISSIONS FULL
    DEFINE FIELD topic ON channel TYPE string PERMISSIONS FULL
    DEFINE FIELD version ON channel TYPE int PERMISSIONS FULL
    DEFINE FIELD password_hash ON credential TYPE string PERMISSIONS FULL
    DEFINE FIELD channel ON file TYPE none | uuid PERMISSIONS FULL
    DEFINE FIELD created_at ON file TYPE int PERMISSIONS FULL
    DEFINE FIELD hash ON file TYPE string PERMISSIONS FULL
    DEFINE FIELD height ON file TYPE none | int PERMISSIONS FULL
    DEFINE FIELD home ON file TYPE none | uuid PERMISSIONS FULL
    DEFINE FIELD kind ON file TYPE string PERMISSIONS FULL
    DEFINE FIELD name ON file TYPE string PERMISSIONS FULL
    DEFINE FIELD number ON file TYPE none | int PERMISSIONS FULL
    DEFINE FIELD owner ON file TYPE uuid PERMISSIONS FULL
    DEFINE FIELD place ON file TYPE none | int PERMISSIONS FULL
    DEFINE FIELD size ON file TYPE int PERMISSIONS FULL
    DEFINE FIELD thumbnail ON file TYPE bool PERMISSIONS FULL
    DEFINE FIELD width ON file TYPE none | int PERMISSIONS FULL
    DEFINE FIELD bot ON hook TYPE uuid PERMISSIONS FULL
    DEFINE FIELD channel ON hook TYPE uuid PERMISSIONS FULL
    DEFINE FIELD created_at ON hook TYPE int PERMISSIONS FULL
    DEFINE FIELD created_by ON hook TYPE uuid PERMISSIONS FULL
    DEFINE FIELD secret ON hook TYPE bytes PERMISSIONS FULL
    DEFINE FIELD used_at ON hook TYPE none | int PERMISSIONS FULL
    DEFINE FIELD code ON invite TYPE string PERMISSIONS FULL
    DEFINE FIELD created_at ON invite TYPE int PERMISSIONS FULL
    DEFINE FIELD created_by ON invite TYPE uuid PERMISSIONS FULL
    DEFINE FIELD expires_at ON invite TYPE none | int PERMISSIONS FULL
    DEFINE FIELD label ON invite TYPE string PERMISSIONS FULL
    DEFINE FIELD max_uses ON invite TYPE none | int PERMISSIONS FULL
    DEFINE FIELD revoked_at ON invite TYPE none | int PERMISSIONS FULL
    DEFINE FIELD role ON invite TYPE string PERMISSIONS FULL
    DEFINE FIELD uses ON invite TYPE int PERMISSIONS FULL
    DEFINE FIELD epoch ON log TYPE string PERMISSIONS FULL
    DEFINE FIELD hub ON log TYPE uuid PERMISSIONS FULL
    DEFINE FIELD channel ON member TYPE uuid PERMISSIONS FULL
    DEFINE FIELD joined_at ON member TYPE int PERMISSIONS FULL
    DEFINE FIELD level ON member TYPE none | string ASSERT $value INSIDE [NONE, 'nothing', 'mentions', 'everything'] PERMISSIONS FULL
    DEFINE FIELD muted ON member TYPE none | bool PERMISSIONS FULL
    DEFINE FIELD role ON member TYPE string ASSERT $value INSIDE ['member', 'manager'] PERMISSIONS FULL
    DEFINE FIELD user ON member TYPE uuid PERMISSIONS FULL
    DEFINE FIELD checksum ON migration TYPE string PERMISSIONS FULL
    DEFINE FIELD name ON migration TYPE string PERMISSIONS FULL
    DEFINE FIELD number ON migration TYPE int PERMISSIONS FULL
    DEFINE FIELD interfaces ON network TYPE none | array<string> PERMISSIONS FULL
    DEFINE FIELD interfaces.* ON network TYPE string PERMISSIONS FULL
    DEFINE FIELD lan ON network TYPE string ASSERT $value INSIDE ['undecided', 'open', 'closed'] PERMISSIONS FULL
    DEFINE FIELD avatar ON person TYPE none | string PERMISSIONS FULL
    DEFINE FIELD bot ON person TYPE none | bool PERMISSIONS FULL
    DEFINE FIELD created_at ON person TYPE int PERMISSIONS FULL
    DEFINE FIELD deleted_at ON person TYPE none | int PERMISSIONS FULL
    DEFINE FIELD email ON person TYPE none | string PERMISSIONS FULL
    DEFINE FIELD name ON person TYPE string PERMISSIONS FULL
    DEFINE FIELD role ON person TYPE string ASSERT $value INSIDE ['guest', 'member', 'admin', 'owner'] PERMISSIONS FULL
    DEFINE FIELD sees_since ON person TYPE int PERMISSIONS FULL
    DEFINE FIELD status_emoji ON person TYPE string PERMISSIONS FULL
    DEFINE FIELD status_text ON person TYPE string PERMISSIONS FULL
    DEFINE FIELD status_until ON person TYPE none | int PERMISSIONS FULL
    DEFINE FIELD suspended_at ON person TYPE none | int PERMISSIONS FULL
    DEFINE FIELD time_zone ON person TYPE none | string PERMISSIONS FULL
    DEFINE FIELD title ON person TYPE string PERMISSIONS FULL
    DEFINE FIELD username ON person TYPE string PERMISSIONS FULL
    DEFINE FIELD version ON person TYPE int PERMISSIONS FULL
    DEFINE FIELD position ON reader TYPE int PERMISSIONS FULL
    DEFINE FIELD expires_at ON reset TYPE int PERMISSIONS FULL
    DEFINE FIELD secret ON reset TYPE bytes PERMISSIONS FULL
    DEFINE FIELD user ON reset TYPE uuid PERMISSIONS FULL
    DEFINE FIELD address ON session TYPE string PERMISSIONS FULL
    DEFINE FIELD created_at ON session TYPE int PERMISSIONS FULL
    DEFINE FIELD expires_at ON session TYPE none | int PERMISSIONS FULL
    DEFINE FIELD generation ON session TYPE int PERMISSIONS FULL
    DEFINE FIELD kind ON session TYPE string ASSERT $value INSIDE ['browser', 'client', 'token'] PERMISSIONS FULL
    DEFINE FIELD last_seen_at ON session TYPE int PERMISSIONS FULL
    DEFINE FIELD name ON session TYPE string PERMISSIONS FULL
    DEFINE FIELD rotated_at ON session TYPE int PERMISSIONS FULL
    DEFINE FIELD scopes ON session TYPE array<string> PERMISSIONS FULL
    DEFINE FIELD scopes.* ON session TYPE string PERMISSIONS FULL
    DEFINE FIELD secret ON session TYPE none | bytes PERMISSIONS FULL
    DEFINE FIELD user ON session TYPE uuid PERMISSIONS FULL
    DEFINE FIELD directory ON settings TYPE string ASSERT $value INSIDE ['members', 'public'] PERMISSIONS FULL
    DEFINE FIELD link_previews ON settings TYPE none | string PERMISSIONS FULL
    DEFINE FIELD name ON settings TYPE string PERMISSIONS FULL
    DEFINE FIELD password_rule ON settings TYPE string ASSERT $value INSIDE ['uncommon', 'length'] PERMISSIONS FULL
    DEFINE FIELD read_receipts ON settings TYPE none | bool PERMISSIONS FULL
    DEFINE FIELD registration ON settings TYPE string ASSERT $value INSIDE ['open', 'invite', 'closed'] PERMISSIONS FULL
    DEFINE INDEX file_home_place ON file FIELDS home, place
    DEFINE INDEX file_place ON file FIELDS place
    DEFINE INDEX task_part_of ON task FIELDS part_of
    "#);
}
