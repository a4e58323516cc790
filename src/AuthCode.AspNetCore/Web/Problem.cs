using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>What a script is told in place of a page (RFC 9457).</summary>
internal sealed record Problem(int Status, string Title)
{
    private const string Types = "https://www.rfc-editor.org/rfc/rfc9110#section-15.";

    /// <summary>The scopes for which the user must sign in; empty for those of the application.</summary>
    internal IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The claims that the sign-in must bring, as JSON.</summary>
    internal string? Claims { get; init; }

    /// <summary>The address of this application that starts the sign-in.</summary>
    internal string? SignInUrl { get; init; }

    internal Task WriteAsync(HttpContext context)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", Types + (Status >= 500 ? "6.4" : Status == StatusCodes.Status403Forbidden ? "5.4" : "5.2"));
            json.WriteString("title", Title);
            json.WriteNumber("status", Status);
            if (SignInUrl is not null)
            {
                json.WriteStartArray("scopes");
                foreach (string scope in Scopes)
                {
                    json.WriteStringValue(scope);
                }

                json.WriteEndArray();
                json.WriteString("claims", Claims);
                json.WriteString("signInUrl", SignInUrl);
            }

            json.WriteEndObject();
        }

        HttpResponse response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = buffer.WrittenCount;
        response.Headers.CacheControl = "no-store";
        // A time-out of the application cancels the request while the script still waits for the response.
        return response.Body.WriteAsync(buffer.WrittenMemory, CancellationToken.None).AsTask();
    }
}
