// Lists a bucket page by page, and nothing else: what `statelock locks list` is measured against.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
const { paginateListObjectsV2, S3Client } = require("@aws-sdk/client-s3");

async function main([Bucket, region, endpoint]) {
  const client = new S3Client({ region, endpoint, forcePathStyle: true });
  let objects = 0;
  for await (const { KeyCount, Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
    objects += KeyCount ?? Contents.length;
  process.stdout.write(`${String(objects)} objects\n`);
}

void main(process.argv.slice(2));
