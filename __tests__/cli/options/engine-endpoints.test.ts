import { adoptEngineEndpoints } from "../../../cli/options/engine-endpoints";

it("uses the endpoint of the older variable, unless the newer variable is set", () => {
  const environment = {
    AWS_SHARED_CONFIG_FILE: "/own/config",
    AWS_CONFIG_FILE: "/other/config",
    AWS_S3_ENDPOINT: "minio.example:9000",
    AWS_DYNAMODB_ENDPOINT: "http://one.example",
    AWS_ENDPOINT_URL_DYNAMODB: "http://two.example",
  };
  adoptEngineEndpoints(environment);
  expect(environment).toMatchObject({
    AWS_CONFIG_FILE: "/own/config",
    AWS_ENDPOINT_URL_S3: "https://minio.example:9000",
    AWS_ENDPOINT_URL_DYNAMODB: "http://two.example",
  });
});
