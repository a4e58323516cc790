using System.Net;
using System.Text;
using Azure.Core;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Model;

/// <summary>Lives of a session at random, against the reference: the same token or failure at each step, and the same number of requests.</summary>
internal sealed class ModelTests(bool isAsync) : BothWays(isAsync)
{
    private static readonly Gen<SessionStep> Steps = Gen.Select(
        Gen.Int[0, SessionStep.Waits.Length - 1],
        Gen.Int[0, SessionStep.ScopeSets.Length - 1],
        Gen.Int[0, SessionStep.Tenants.Length - 1],
        Gen.Frequency((4, Gen.Const(0)), (1, Gen.Int[1, SessionStep.ClaimsTexts.Length - 1])),
        Gen.Bool,
        Gen.Frequency((12, Gen.Const(Fault.None)), (3, Gen.OneOf(Gen.Const(Fault.NeverSent), Gen.Const(Fault.Refused), Gen.Const(Fault.Lost))), (1, Gen.OneOf(Gen.Const(Fault.Malformed), Gen.Const(Fault.InvalidGrant)))),
        Gen.Frequency((4, Gen.Const(0)), (1, Gen.Int[0, 3])),
        static (wait, scopes, tenant, claims, cae, fault, granted) => new SessionStep(wait, scopes, tenant, claims, cae, fault, granted));

    // The synchronous form starts a thread for each acquisition.
    private int Sessions => IsAsync ? 3_000 : 500;

    [Test]
    public void A_session_does_what_the_rules_say() =>
        Steps.Array[1, 40].Sample(Agree, iter: Sessions, print: static steps => string.Join('\n', steps.Select(static step => step.ToString())), threads: 1);

    private void Agree(SessionStep[] steps)
    {
        var time = new FakeTimeProvider(The.Now);
        var reference = new ReferenceSession(The.Now);
        using var server = new MoodyServer();
        using AuthorizationCodeCredential credential = Some.Credential(server, time, static options =>
        {
            options.AdditionallyAllowedTenants.Add("*");
            options.Retry.MaxRetries = 0;
        });

        foreach (SessionStep step in steps)
        {
            server.Mood = step;
            time.Advance(SessionStep.Waits[step.Wait]);
            (int? Token, int Requests) actual = (Ask(credential, step), server.Requests);
            (int? Token, int Requests) expected = (reference.Take(step), reference.Requests);
            if (actual != expected)
            {
                throw new InvalidOperationException($"{step}: {actual} instead of {expected}");
            }
        }
    }

    private int? Ask(AuthorizationCodeCredential credential, SessionStep step)
    {
        TokenRequestContext request = new(step.Asked, null, SessionStep.ClaimsTexts[step.Claims], SessionStep.Tenants[step.Tenant], step.Cae);
        try
        {
            // The server is in memory, so both ways are done when they return.
            AccessToken token = IsAsync
                ? credential.GetTokenAsync(request, default).AsTask().GetAwaiter().GetResult()
                : credential.GetToken(request, default);
            return int.Parse(token.Token, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (AuthenticationFailedException)
        {
            return null;
        }
    }

    /// <summary>Answers as the step says, and numbers its tokens.</summary>
    private sealed class MoodyServer : HttpMessageHandler
    {
        private int _serial;

        internal SessionStep? Mood { get; set; }

        internal int Requests { get; private set; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            if (Mood!.Fault == Fault.Lost)
            {
                request.Content!.CopyTo(Stream.Null, null, cancellationToken);
            }

            return Mood.Fault switch
            {
                Fault.NeverSent => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"),
                Fault.Lost => throw new HttpRequestException(HttpRequestError.ResponseEnded, "lost"),
                Fault.Refused => Respond(request, HttpStatusCode.BadRequest, """{"error":"invalid_scope"}"""),
                Fault.InvalidGrant => Respond(request, HttpStatusCode.BadRequest, """{"error":"invalid_grant"}"""),
                Fault.Malformed => Respond(request, HttpStatusCode.OK, "{}"),
                _ => Respond(request, HttpStatusCode.OK, Answer.TokenJson(
                    $"{++_serial}", $"refresh-{_serial}", expiresIn: ReferenceSession.LifeInSeconds(_serial), scope: string.Join(' ', Mood.Grant))),
            };
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));

        private static HttpResponseMessage Respond(HttpRequestMessage request, HttpStatusCode status, string json) => new(status)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
            RequestMessage = request,
        };
    }
}
