"""The catalog part of a rule pack: one YAML file an item under `law/packs/<pack>/catalog/`.

Every fault of every file is collected and names its file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from anxin.catalog.codes import CURRENT, national_code_lists
from anxin.catalog.definitions import CodeKind, FieldDefinition, ItemDefinition
from anxin.catalog.models import CatalogField, CatalogItem, CatalogItemVersion, DocumentKind
from anxin.kernel.text import Bilingual
from anxin.law.documents import (
    Located,
    allow_keys,
    bilingual,
    choice,
    entries,
    optional,
    read_located,
    require,
    texts,
)
from anxin.law.gates import legal_basis_refusals
from anxin.law.pack import Pack
from anxin.law.problems import Problems
from anxin.law.prohibited import prohibited_field

PACKS = Path(__file__).resolve().parents[1] / "law" / "packs"

ITEM_KEYS = {
    *("code", "layer", "information_class", "name", "behavior", "disclosure_class", "sharing_scope"),
    *("source_units", "channel", "update_frequency", "legal_basis", "subject_kinds", "display_rule"),
    *("report_section", "adverse", "business_key", "valid_from", "unverified", "fields"),
    "document_kind",
}
FIELD_KEYS = {
    *("name", "column", "label", "type", "length", "required", "required_for", "codes", "mask"),
    *("visibility", "role", "code_kind"),
}
SUBJECT_KINDS = ("natural_person", "legal_person", "unincorporated_organization")
DISPLAY_RULES = (
    *("penalty_tiers", "until_valid_to", "listing_until_removed"),
    *("while_registered", "fixed_period", "not_displayed"),
)


def read_catalog(
    folders: Iterable[Path], *, law: Pack | None = None, code_kinds: Mapping[str, CodeKind] | None = None
) -> tuple[ItemDefinition, ...]:
    """Every item below the folders, by code. Raises `PackError` with all faults at once.

    `law`: the pack whose clauses and instruments an item may rest on; the default city's where none is given.
    `code_kinds`: what the pack declares beside the unified social credit code; nothing where none is given.
    """
    problems = Problems()
    definitions: dict[str, ItemDefinition] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            root = read_located(path, problems, relative_to=folder.parent)
            definition = _item(root, code_kinds or {})
            for refusal in legal_basis_refusals(definition, pack=law):
                root.fault(refusal.message.format(**refusal.values), refusal.remedy.format(**refusal.values))
            if definition.code in definitions:
                root.fault(
                    Bilingual(
                        f"目录条目 {definition.code} 已经存在", f"item {definition.code} exists already"
                    ),
                    Bilingual("请改用别的代码。", "Use another code."),
                )
            definitions[definition.code] = definition
    problems.raise_if_any()
    return tuple(definitions[code] for code in sorted(definitions))


def _item(root: Located, code_kinds: Mapping[str, CodeKind]) -> ItemDefinition:
    allow_keys(root, ITEM_KEYS)
    version = CatalogItemVersion
    kinds = _some(root, "subject_kinds")
    for kind in kinds:
        if kind not in SUBJECT_KINDS:
            root.fault(
                Bilingual(f"没有这种信用主体：{kind}", f"no such kind of subject: {kind}"),
                Bilingual("只有三种：见第三条。", "There are three: see Art. 3."),
            )
    definition = ItemDefinition(
        code=require(root, "code", str),
        layer=choice(root, "layer", CatalogItem.Layer.values),
        information_class=require(root, "information_class", str),
        name=bilingual(root, "name"),
        behavior=bilingual(root, "behavior"),
        disclosure_class=choice(root, "disclosure_class", version.DisclosureClass.values),
        sharing_scope=choice(root, "sharing_scope", version.SharingScope.values),
        source_units=_some(root, "source_units"),
        channel=require(root, "channel", str),
        update_frequency=choice(root, "update_frequency", version.UpdateFrequency.values),
        legal_basis=_some(root, "legal_basis"),
        subject_kinds=kinds,
        display_rule=choice(root, "display_rule", DISPLAY_RULES),
        report_section=require(root, "report_section", str),
        adverse=bool(optional(root, "adverse", bool)),
        document_kind=choice(root, "document_kind", DocumentKind.values, default=DocumentKind.NONE.value),
        business_key=_some(root, "business_key"),
        valid_from=require(root, "valid_from", date),
        fields=tuple(_field(entry, code_kinds) for entry in entries(root, "fields")),
        unverified=bool(optional(root, "unverified", bool)),
    )
    _check_names(root, definition)
    return definition


def _some(root: Located, key: str) -> tuple[str, ...]:
    return texts(root, key, needed=True)


def _field(entry: Located, code_kinds: Mapping[str, CodeKind]) -> FieldDefinition:
    allow_keys(entry, FIELD_KEYS)
    mask = entry.mapping.get("mask")
    head, tail = [part.plain() for part in mask.items] if mask is not None else (None, None)
    field = FieldDefinition(
        name=require(entry, "name", str),
        label=bilingual(entry, "label"),
        type=choice(entry, "type", CatalogField.Type.values),
        visibility=choice(entry, "visibility", CatalogField.Visibility.values, default="public"),
        source_column=optional(entry, "column", str) or "",
        length=optional(entry, "length", int),
        required=bool(optional(entry, "required", bool)),
        required_for=texts(entry, "required_for"),
        code_list=optional(entry, "codes", str) or "",
        mask_head=head if isinstance(head, int) else None,
        mask_tail=tail if isinstance(tail, int) else None,
        role=optional(entry, "role", str) or "",
        code_kind=code_kinds.get(optional(entry, "code_kind", str) or ""),
    )
    _check_field(entry, field)
    _check_code_kind(entry, field)
    return field


def _check_field(entry: Located, field: FieldDefinition) -> None:
    refusal = prohibited_field(field.name, field.label.zh) or prohibited_field(field.name, field.label.en)
    if refusal is not None:
        entry.fault(refusal.message.format(**refusal.values), refusal.remedy)
    lists = {name for name, _, version in national_code_lists() if version == CURRENT}
    if field.code_list and field.code_list not in lists:
        entry.fault(
            Bilingual(f"没有代码表“{field.code_list}”", f"there is no code list “{field.code_list}”"),
            Bilingual("请先登记该代码表。", "List its values first."),
        )


def _check_code_kind(entry: Located, field: FieldDefinition) -> None:
    if ("code_kind" in entry.mapping or field.type == "local_code") and (
        field.type != "local_code" or field.code_kind is None
    ):
        entry.fault(
            Bilingual(
                f"字段 {field.name} 的代码种类没有在本包声明",
                f"the code kind of field {field.name} is not declared by this pack",
            ),
            Bilingual(
                "组织以统一社会信用代码识别（第十二条第二款）；别的种类须先在 code_kinds.yaml 声明。",
                "Organizations are known by the unified social credit code (Art. 12(2)); declare others in code_kinds.yaml.",
            ),
        )


def _check_names(root: Located, definition: ItemDefinition) -> None:
    names = [field.name for field in definition.fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        root.fault(
            Bilingual(f"字段 {name} 出现了两次", f"field {name} stands twice"),
            Bilingual("请删除其中一个。", "Remove one."),
        )
    for key in definition.business_key:
        if key not in names:
            root.fault(
                Bilingual(f"业务主键 {key} 不是字段", f"business key {key} is no field"),
                Bilingual("业务主键只能由已列出的字段组成。", "A business key is made of listed fields."),
            )
