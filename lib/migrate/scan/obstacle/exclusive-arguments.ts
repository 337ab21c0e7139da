import type { Attribute, Block, Value } from "../../../hcl/syntax";
import type { Configuration, Place } from "../configuration/configuration";
import { ASSUME_ROLE, flatArguments } from "./flat-role";
import { argument } from "../source/site";

/** Two arguments of which a backend takes only one, and where each of them is set. */
export interface ExclusivePair {
  readonly place: Place;
  readonly attribute: Attribute;
  readonly beside: string;
  readonly besidePlace: Place;
  readonly besideAttribute: Attribute;
  /** True if the first argument says what the second says too, so that a rewrite may remove it. */
  readonly isRepeated: boolean;
}

/** Pairs of an older argument and its successor: Terraform and OpenTofu warn about the first, and refuse both together. */
const SUCCESSORS: readonly (readonly [string, string])[] = [
  ["endpoint", "endpoints.s3"],
  ["dynamodb_endpoint", "endpoints.dynamodb"],
  ["iam_endpoint", "endpoints.iam"],
  ["sts_endpoint", "endpoints.sts"],
  ["force_path_style", "use_path_style"],
  ["shared_credentials_file", "shared_credentials_files"],
];

/** Pairs of arguments that mean different things. A person has to choose. */
const ALTERNATIVES: readonly (readonly [string, string])[] = [
  ["sse_customer_key", "kms_key_id"],
  ["forbidden_account_ids", "allowed_account_ids"],
  ["assume_role_with_web_identity.web_identity_token_file", "assume_role_with_web_identity.web_identity_token"],
];

/**
 * Returns the arguments of a configuration that its engine refuses together. An argument that is null is not set. Measured with
 * Terraform 1.11.4 and 1.15.9 and OpenTofu 1.12.6, which agree except about the flat arguments of a role.
 * Source: https://github.com/hashicorp/terraform/blob/v1.11.4/internal/backend/remote-state/s3/backend.go
 */
export function exclusivePairs(
  { places }: Pick<Configuration, "places">,
  { takesFlatRole }: { readonly takesFlatRole: boolean },
): ExclusivePair[] {
  const flat = places.flatMap(({ site }) => flatArguments(site).map(({ name }) => [name, ASSUME_ROLE] as const));
  return [...SUCCESSORS, ...ALTERNATIVES, ...(takesFlatRole ? flat.slice(0, 1) : [])].flatMap(([name, beside]) => {
    const [own, other] = [given(places, name), given(places, beside)];
    if (own === undefined || other === undefined) return [];
    return [
      {
        ...own,
        beside,
        besidePlace: other.place,
        besideAttribute: other.attribute,
        isRepeated: SUCCESSORS.some(([older]) => older === name) && isAlike(own.attribute.value, other.attribute.value),
      },
    ];
  });
}

/** Returns the place that sets an argument last. A block counts as the argument that it is meant to be. */
function given(
  places: readonly Place[],
  name: string,
): { readonly place: Place; readonly attribute: Attribute } | undefined {
  const [outer = name, inner] = name.split(".");
  const blockOf = ({ site }: Place): Block | undefined => site.blocks?.find(({ type }) => type === outer);
  const place = places.findLast((each) => argument(each.site, outer) !== undefined || blockOf(each) !== undefined);
  if (place === undefined) return undefined;
  const attribute =
    argument(place.site, name) ?? blockOf(place)?.body.attributes.find((attribute) => attribute.name === inner);
  const isNull = attribute?.value.kind === "literal" && attribute.value.literal === null;
  return attribute === undefined || isNull ? undefined : { place, attribute };
}

/** True if both are the same literal, alone or as the only one of a list. */
function isAlike(one: Value, other: Value): boolean {
  if (other.kind === "list") {
    const [only, ...more] = other.items;
    return only !== undefined && more.length === 0 && isAlike(one, only);
  }
  return one.kind === "literal" && other.kind === "literal" && String(one.literal) === String(other.literal);
}
