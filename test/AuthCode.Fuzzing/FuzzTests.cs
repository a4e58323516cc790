using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

[assembly: Parallelizable(ParallelScope.All)]

namespace AuthCode.Fuzzing;

/// <summary>What must hold of any input whatever: no exception but the one that is meant, and no result that breaks its promise.</summary>
internal sealed class FuzzTests
{
    private const string ExecutionsVariable = "AUTHCODE_FUZZ_EXECUTIONS";
    private const int ShortRun = 50_000;
    private const ulong Seed = 20261123;

    private static int Executions =>
        int.TryParse(Environment.GetEnvironmentVariable(ExecutionsVariable), CultureInfo.InvariantCulture, out int executions) ? executions : ShortRun;

    [Test]
    public void The_reader_of_token_responses() => Fuzz("token", static input =>
    {
        string? problem = TokenResponseReader.Read(input, out TokenResponse? response, out bool isError);

        Require((problem is not null ? 1 : 0) + (response is not null ? 1 : 0) + (isError ? 1 : 0) == 1, "one result");
        Require(problem is null || problem.Length < 100, "a short problem");
        if (response is not null)
        {
            Require(response.AccessToken.Length > 0 && response.AccessToken.All(static c => c is > ' ' and <= '~'), "a token fit for a header");
            Require(response.ExpiresInSeconds is null or >= 0, "a life of no less than nothing");
            TokenLifetime life = TokenLifetime.From(response.ExpiresInSeconds, response.RefreshInSeconds);
            Require(life.DueAfter <= life.Life && life.Life <= TokenLifetime.Longest, "due before its end, and an end");
        }
    });

    [Test]
    public void The_reader_of_errors() => Fuzz("error", static input =>
    {
        using var form = new FormBody();
        form.AddSecret("code", "a-secret-of-some-length");
        TokenErrorResponse error = TokenErrorReader.Read(HttpStatusCode.BadRequest, input, null, null, new SecretRedactor(form));

        string?[] words = [error.Error, error.SubError, error.ErrorUri, error.TraceId, error.CorrelationId];
        Require(words.All(static word => word is null or { Length: <= ServerText.LongestWord + 1 }), "short words");
        Require(error.ErrorDescription is null or { Length: <= ServerText.LongestSentence + 1 }, "a short description");
        Require(words.Append(error.ErrorDescription).All(static text => text is null || !text.Any(char.IsControl)), "clean words");
        Require(error.Claims is null || JsonDocument.Parse(error.Claims).RootElement.ValueKind == JsonValueKind.Object, "claims that are an object");
    });

    [Test]
    public void The_merge_of_claims() => Fuzz("claims", static input =>
    {
        string claims = Encoding.UTF8.GetString(input);
        foreach (bool cae in new[] { false, true })
        {
            try
            {
                string? merged = ClaimsRequest.Merge(claims, cae, out _);
                Require(merged is null ? !cae && claims.Length == 0 : JsonDocument.Parse(merged).RootElement.ValueKind == JsonValueKind.Object, "an object");
                Require(!cae || merged!.Contains("\"CP1\"", StringComparison.Ordinal), "the capability");
                Require(cae || claims.Length == 0 || merged == claims, "untouched without CAE");
            }
            catch (AuthenticationFailedException e) when (e.InnerException is ArgumentException)
            {
                // Refused as it must be.
            }
        }
    });

    [Test]
    public void The_parser_of_tenants() => Fuzz("tenant", static input =>
    {
        string text = Encoding.UTF8.GetString(input);
        if (TenantId.TryParse(text, out TenantId tenant) && !tenant.IsAdfs)
        {
            Require(AuthorizationServer.EntraId(text, new Uri("https://login.example/")).Known(tenant)!.Token.AbsoluteUri == $"https://login.example/{text}/oauth2/v2.0/token", "the URL that was meant");
        }
    });

    [Test]
    public void The_parser_of_authorities() => Fuzz("authority", static input =>
    {
        string text = Encoding.UTF8.GetString(input);
        if (!Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out Uri? uri) || !Authority.TryCreate(uri, out _))
        {
            return;
        }

        Require(TenantId.TryParse("tenant", out TenantId tenant), "a tenant");
        Uri endpoint = AuthorizationServer.EntraId("tenant", uri).Known(tenant)!.Token;
        Require(endpoint.Scheme == "https" || endpoint.IsLoopback, "https, or loopback");
        Require(endpoint.UserInfo.Length == 0 && endpoint.Query.Length == 0 && endpoint.Fragment.Length == 0, "nothing beside host and path");
        Require(endpoint.IdnHost == uri.IdnHost && endpoint.Port == uri.Port, "the host that was given");
        Require(endpoint.AbsolutePath.EndsWith("/tenant/oauth2/v2.0/token", StringComparison.Ordinal), "the path that was meant");
    });

    private static void Fuzz(string target, Action<byte[]> check)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target);
        byte[][] corpus = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        var mutator = new Mutator(corpus, Seed);
        foreach (byte[] input in corpus)
        {
            Run(input, check);
        }

        for (int executions = Executions; executions > 0; executions--)
        {
            Run(mutator.Next(), check);
        }
    }

    private static void Run(byte[] input, Action<byte[]> check)
    {
        try
        {
            check(input);
        }
        catch (Exception e)
        {
            Assert.Fail($"{e.GetType().Name}: {e.Message}\ninput (base64): {Convert.ToBase64String(input)}\n{e.StackTrace}");
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Broken: {what}.");
        }
    }
}
