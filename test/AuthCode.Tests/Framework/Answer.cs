using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthCode.Tests;

/// <summary>What a scripted endpoint does with a request: an HTTP answer, an exception, or waiting until the test lets it go on.</summary>
internal sealed class Answer
{
    private readonly Func<SentRequest, HttpResponseMessage> _make;
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _gate;

    private Answer(Func<SentRequest, HttpResponseMessage> make) => _make = make;

    /// <summary>Whether it is an exception of a connection that could not be made, so that nobody reads the form.</summary>
    internal bool IsBeforeSending { get; private init; }

    /// <summary>Done when the request is there.</summary>
    internal Task Arrived => _arrived.Task;

    internal static Answer Of(Func<SentRequest, HttpResponseMessage> make) => new(make);

    internal static Answer Throw(Exception exception) => new(_ => throw exception)
    {
        IsBeforeSending = exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
        },
    };

    internal static Answer Json(HttpStatusCode status, string json, string mediaType = "application/json") => new(_ => new HttpResponseMessage(status)
    {
        Content = new StringContent(json, Encoding.UTF8, mediaType),
    });

    internal static Answer Bytes(byte[] body, string mediaType = "application/json") => new(_ =>
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(mediaType);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    });

    /// <summary>A token response; null leaves a member out.</summary>
    internal static Answer Token(
        string accessToken = "access-1", string? refreshToken = "refresh-1", object? expiresIn = null, object? refreshIn = null, string? scope = null, string? clientInfo = null) =>
        Json(HttpStatusCode.OK, TokenJson(accessToken, refreshToken, expiresIn, refreshIn, scope, clientInfo));

    internal static string TokenJson(
        string accessToken = "access-1", string? refreshToken = "refresh-1", object? expiresIn = null, object? refreshIn = null, string? scope = null, string? clientInfo = null)
    {
        var json = new JsonObject
        {
            ["token_type"] = "Bearer",
            ["access_token"] = accessToken,
            ["expires_in"] = JsonValue.Create(expiresIn ?? 3600),
        };
        Add("refresh_token", refreshToken);
        Add("refresh_in", refreshIn);
        Add("scope", scope);
        Add("client_info", clientInfo);
        return json.ToJsonString();

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                json[name] = JsonValue.Create(value);
            }
        }
    }

    /// <summary>An OAuth error as Entra ID answers it.</summary>
    internal static Answer Error(string error, int aadsts = 70008, string? subError = null, string? claims = null, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var json = new JsonObject
        {
            ["error"] = error,
            ["error_description"] = $"AADSTS{aadsts}: Something was not right.\r\nTrace ID: 11111111-aaaa-4444-8888-000000000001\r\nCorrelation ID: 22222222-bbbb-4444-8888-000000000002\r\nTimestamp: 2026-11-23 05:00:00Z",
            ["error_codes"] = new JsonArray(aadsts),
            ["timestamp"] = "2026-11-23 05:00:00Z",
            ["trace_id"] = "11111111-aaaa-4444-8888-000000000001",
            ["correlation_id"] = "22222222-bbbb-4444-8888-000000000002",
            ["error_uri"] = $"https://login.entra.example/error?code={aadsts}",
        };
        if (subError is not null)
        {
            json["suberror"] = subError;
        }

        if (claims is not null)
        {
            json["claims"] = claims;
        }

        return Json(status, json.ToJsonString());
    }

    /// <summary>An answer without OAuth in it.</summary>
    internal static Answer Status(HttpStatusCode status, string? retryAfter = null) => new(_ =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent("<html>no</html>", Encoding.UTF8, "text/html") };
        if (retryAfter is not null)
        {
            response.Headers.Add("Retry-After", retryAfter);
        }

        return response;
    });

    /// <summary>Holds the answer back until <see cref="Release"/>.</summary>
    internal Answer Held()
    {
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return this;
    }

    internal void Release() => _gate!.SetResult();

    internal async Task<HttpResponseMessage> MakeAsync(SentRequest request, CancellationToken cancellationToken)
    {
        _arrived.TrySetResult();
        if (_gate is not null)
        {
            await _gate.Task.WaitAsync(cancellationToken);
        }

        return _make(request);
    }

    internal HttpResponseMessage Make(SentRequest request, CancellationToken cancellationToken)
    {
        _arrived.TrySetResult();
        _gate?.Task.Wait(cancellationToken);
        return _make(request);
    }
}
