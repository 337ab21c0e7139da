import type { Answer } from "../requests/aws-request";
import type { Handler } from "../requests/pipeline";

const XML = { "content-type": "application/xml" };

/** What S3 answers about a setting that nobody made. */
const UNSET: Readonly<Record<string, Answer>> = {
  GetBucketAbac: { status: 200, headers: XML, body: "<AbacStatus><Status>Disabled</Status></AbacStatus>" },
  GetBucketMetadataConfiguration: {
    status: 404,
    headers: XML,
    body: "<Error><Code>MetadataConfigurationNotFound</Code><Message>It does not exist.</Message></Error>",
  },
};

/** Answers about settings that moto 5.2.1 does not know: it lists the bucket instead. */
export const newerSettings: Handler = async (request, next) => {
  const answer = await next(request);
  return answer.status >= 300 ? answer : (UNSET[request.operation] ?? answer);
};
