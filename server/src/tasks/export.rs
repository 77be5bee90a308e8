//! A project's view as a file that other programs read.

use super::view::TaskView;
use crate::{
    app::App,
    directory::{Directory, Project},
    error::AppError,
    ids::ProjectId,
};
use rust_xlsxwriter::{Format, Workbook};
use serde::Deserialize;
use utoipa::ToSchema;

/// The kinds of file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    Csv,
    Xlsx,
    Json,
}

impl ExportFormat {
    /// The ending of the file's name, and its media type.
    #[must_use]
    pub fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("csv", "text/csv; charset=utf-8"),
            Self::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Self::Json => ("json", "application/json"),
        }
    }
}

const HEADS: [&str; 16] = [
    "Key",
    "Title",
    "Status",
    "Priority",
    "Assignees",
    "Labels",
    "Start",
    "Due",
    "Estimate",
    "Parent",
    "Checks done",
    "Checks",
    "Comments",
    "Created by",
    "Created at",
    "Closed at",
];
/// The columns that are numbers.
const NUMBERS: [usize; 4] = [8, 10, 11, 12];

/// What a table shows of a task, with names in the place of ids.
fn cells(directory: &Directory, project: &Project, task: &TaskView) -> [String; 16] {
    let person = |user| directory.people.get(user).map_or("", |person| person.name.as_str());
    let day = |day: &Option<super::view::Day>| day.as_ref().map(|day| day.0.clone()).unwrap_or_default();
    let labels = task.label_ids.iter().filter_map(|label| project.label(*label)).map(|label| label.name.as_str());
    [
        task.key.clone(),
        task.title.clone(),
        project.status(task.status_id).map(|status| status.name.clone()).unwrap_or_default(),
        task.priority.word().to_owned(),
        task.assignee_ids.iter().map(person).collect::<Vec<_>>().join(", "),
        labels.collect::<Vec<_>>().join(", "),
        day(&task.start),
        day(&task.due),
        task.estimate.map(|estimate| estimate.to_string()).unwrap_or_default(),
        task.parent.map(|parent| project.task_key(parent)).unwrap_or_default(),
        task.checks_done.to_string(),
        task.checks.to_string(),
        task.comments.to_string(),
        person(&task.created_by).to_owned(),
        task.created_at.to_string(),
        task.closed_at.map(|at| at.to_string()).unwrap_or_default(),
    ]
}

/// The bytes of a file with these tasks of a project.
///
/// # Errors
/// `not_found`; `internal`.
pub fn file(
    app: &App,
    project: ProjectId,
    tasks: &[TaskView],
    format: ExportFormat,
) -> Result<(String, Vec<u8>), AppError> {
    let (key, rows) = {
        let directory = app.journal.directory();
        let found = directory.projects.get(&project).ok_or_else(|| AppError::not_found("Project"))?;
        let rows: Vec<_> = tasks.iter().map(|task| cells(&directory, found, task)).collect();
        (found.key.clone(), rows)
    };
    let bytes = match format {
        ExportFormat::Json => serde_json::to_vec_pretty(tasks).map_err(AppError::internal)?,
        ExportFormat::Csv => table(&rows).map_err(AppError::internal)?,
        ExportFormat::Xlsx => sheet(&key, &rows).map_err(AppError::internal)?,
    };
    Ok((format!("{key}.{}", format.kind().0), bytes))
}

/// Comma-separated, with a mark at the beginning by which spreadsheets see that it is UTF-8. What a spreadsheet would
/// take for a formula gets an apostrophe before it.
fn table(rows: &[[String; 16]]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(HEADS)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| {
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.clone() }
        }))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn sheet(name: &str, rows: &[[String; 16]]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let page = book.add_worksheet().set_name(name)?;
    for (column, head) in (0..).zip(HEADS) {
        page.write_with_format(0, column, head, &bold)?;
    }
    for (line, row) in (1..).zip(rows) {
        for (column, (place, cell)) in (0..).zip(row.iter().enumerate()) {
            match cell.parse::<u32>() {
                Ok(number) if NUMBERS.contains(&place) => page.write(line, column, number)?,
                _ => page.write_string(line, column, cell)?,
            };
        }
    }
    page.set_freeze_panes(1, 0)?;
    page.autofilter(0, 0, u32::try_from(rows.len()).unwrap_or(u32::MAX), 15)?;
    page.set_column_width(1, 50)?;
    book.save_to_buffer()
}
