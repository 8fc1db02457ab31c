"""The components of the OpenAPI document, from the Pydantic models, and the few shapes that are no model."""

from typing import Any

from pydantic.json_schema import models_json_schema

from hubcalc.analysis.corridors.questions import QUESTIONS
from hubcalc.api.analysis import AnalysisRequest
from hubcalc.api.corridors import CorridorAnalysisRequest
from hubcalc.api.simulations import SimulationRequest
from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.studies.registry import STUDY_KINDS
from hubmodels.answers import Answer
from hubmodels.calculators.answers import CalculatorNote, CalculatorReport
from hubmodels.results import AnalysisReport, CapacityCurve, Clearing, DayProfile, Metric, Recovery
from hubmodels.scenario_diffs import ScenarioDiff
from hubmodels.scenario_sheets import ScenarioSheetReport
from hubmodels.simulation_results import SimulationReport
from hubmodels.studies.job import Job

_ANSWERS = (
    *(AnalysisReport, Metric, CalculatorReport, CalculatorNote, SimulationReport),
    *(CapacityCurve, DayProfile, Clearing, Recovery),
    *(Answer, Job, ScenarioDiff, ScenarioSheetReport),
)
_TEMPLATE = "#/components/schemas/{model}"
_OPTIONAL_TEXT = {"type": ["string", "null"]}

_SHAPES: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457 problem document",
        "required": ["type", "title", "status", "code", "detail", "instance", "errors"],
        "properties": {
            "type": {"type": "string", "description": "Address of the explanation, /errors/{code}"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable code; docs/errors.md lists them"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "request_id": _OPTIONAL_TEXT,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["message"],
                    "properties": {
                        "message": {"type": "string"},
                        "parameter": {"type": "string", "description": "Path or parameter at fault"},
                        "pointer": {"type": "string", "description": "JSON pointer into the body"},
                        "given": {"description": "What was given"},
                        "allowed": {"type": "string"},
                        "hint": {"type": "string"},
                    },
                },
            },
        },
    },
    "DocumentSummary": {
        "type": "object",
        "required": ["id", "name", "kind", "countries", "version", "summary", "updated_at"],
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string"},
            "kind": {"type": "string"},
            "countries": {"type": "array", "items": {"type": "string"}},
            "version": {"type": "integer"},
            "summary": {"type": "string"},
            "updated_at": {"type": "string", "format": "date-time"},
        },
    },
    "DocumentPage": {
        "type": "object",
        "required": ["items", "total", "limit", "offset", "next_url"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/DocumentSummary"}},
            "total": {"type": "integer"},
            "limit": {"type": ["integer", "null"]},
            "offset": {"type": "integer"},
            "next_url": _OPTIONAL_TEXT,
        },
    },
    "DocumentVersions": {
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["version", "created_at", "origin", "deleted"],
                    "properties": {
                        "version": {"type": "integer"},
                        "created_at": {"type": "string", "format": "date-time"},
                        "origin": {"type": "string", "enum": ["fixture", "user"]},
                        "deleted": {"type": "boolean"},
                    },
                },
            }
        },
    },
    "FeatureCollection": {
        "type": "object",
        "description": "GeoJSON (RFC 7946); coordinates are longitude and latitude",
        "required": ["type", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["type", "id", "geometry", "properties"],
                    "properties": {
                        "type": {"const": "Feature"},
                        "id": {"type": "string"},
                        "geometry": {
                            "type": ["object", "null"],
                            "required": ["type", "coordinates"],
                            "properties": {
                                "type": {"enum": ["Point", "LineString", "MultiLineString"]},
                                "coordinates": {"type": "array"},
                            },
                        },
                        "properties": {"type": "object", "required": ["id", "name", "kind"]},
                    },
                },
            },
        },
    },
    "Rows": {
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {"type": "array", "items": {"type": "object"}},
            "units": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
    "JobPage": {
        "type": "object",
        "required": ["items", "total", "limit", "offset", "next_url"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
            "total": {"type": "integer"},
            "limit": {"type": ["integer", "null"]},
            "offset": {"type": "integer"},
            "next_url": _OPTIONAL_TEXT,
        },
    },
    "JobRows": {
        "type": "object",
        "required": ["items", "units", "offset", "limit", "there", "rows", "next_url"],
        "properties": {
            "items": {"type": "array", "items": {"type": "object"}},
            "units": {"type": "object", "additionalProperties": {"type": "string"}},
            "offset": {"type": "integer"},
            "limit": {"type": "integer"},
            "there": {"type": "integer", "description": "Rows that can be had now [rows]"},
            "rows": {"type": "integer", "description": "Rows of the whole table [rows]"},
            "next_url": {**_OPTIONAL_TEXT, "description": "Null when no more rows will follow"},
        },
    },
    "AnyStudyResult": {
        "description": "The result of a study; which one, `kind` says",
        "anyOf": [{"$ref": f"#/components/schemas/{kind.result.__name__}"} for kind in STUDY_KINDS.values()],
    },
    "Info": {
        "type": "object",
        "required": ["name", "version", "model_version", "limits", "metrics", "stage_kinds", "formats"],
        "properties": {
            "name": {"type": "string"},
            "version": {"type": "string"},
            "model_version": {"type": "string"},
            "limits": {"type": "object", "additionalProperties": {"type": "integer"}},
            "metrics": {"type": "array", "items": {"type": "object"}},
            "stage_kinds": {"type": "array", "items": {"type": "string"}},
            "formats": {"type": "array", "items": {"type": "string"}},
        },
    },
    "CalculatorAnswer": {
        "description": "The answers; with view=inputs, the inputs of the calculator",
        "anyOf": [{"$ref": "#/components/schemas/CalculatorReport"}, {"$ref": "#/components/schemas/CalculatorNote"}],
    },
    "CalculatorList": {
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/CalculatorNote"}},
            "units": {"type": "object"},
        },
    },
    "Status": {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}},
    "MetricCell": {
        "allOf": [
            {"$ref": "#/components/schemas/Metric"},
            {"type": "object", "required": ["metric"], "properties": {"metric": {"type": "string"}}},
        ]
    },
}


def component_schemas() -> dict[str, Any]:
    """Give all schemas by name."""
    results = models_json_schema(
        [
            *((shape, "serialization") for shape in _ANSWERS),
            *((question.report, "serialization") for question in QUESTIONS.values()),
            *((kind.result, "serialization") for kind in STUDY_KINDS.values()),
            *((kind.request, "validation") for kind in STUDY_KINDS.values()),
            *((shape, "validation") for shape in (AnalysisRequest, CorridorAnalysisRequest, SimulationRequest)),
        ],
        ref_template=_TEMPLATE,
    )[1]["$defs"]
    documents: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    for kind in DOCUMENT_KINDS.values():
        document = kind.adapter.json_schema(ref_template=_TEMPLATE)
        parts |= document.pop("$defs")
        documents[kind.noun.capitalize()] = document
    # MetricCell adds a key to Metric, so Metric itself must not forbid further keys
    metric = {key: value for key, value in results["Metric"].items() if key != "additionalProperties"}
    return {**results, **parts, "Metric": metric, **documents, **_SHAPES}
