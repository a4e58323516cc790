using System.Net;
using System.Net.Http.Headers;
using Azure.Core;

namespace AuthCode;

/// <summary>Sends requests to the endpoints of a client's server: forms with the client's authentication, and requests with an access token.</summary>
/// <remarks>
/// It throws for nothing but the end of its owner; the exchange says what came of the request. Each request is sent once, and again
/// if the server wants its nonce in the proof (RFC 9449 section 8). Repeating it otherwise is for whoever asked for it.
/// </remarks>
internal sealed partial class EndpointClient(ClientRegistration client)
{
    private const string SignedResponse = "application/jwt";

    /// <summary>Posts a form.</summary>
    internal HttpExchange Post(Uri endpoint, EndpointForm form, CancellationToken cancellationToken)
    {
        string? nonce = null;
        for (int repetitions = 0; ; repetitions++)
        {
            HttpExchange exchange = Begin(endpoint, form, cancellationToken);
            try
            {
                ClientRequest request = RequestOf(exchange);
                if (TryAuthenticate(request, exchange) && !IsRefused(request, exchange) && TryComplete(exchange, form, nonce) && !IsWithdrawn(form, exchange))
                {
                    client.Sender.Send(exchange);
                    NoteRefusal(request, exchange);
                }

                nonce = NeededNonceOf(exchange, form);
                if (nonce is null || repetitions == DPoPProofs.MostRepetitions)
                {
                    return exchange;
                }

                form.NoteUnused();
            }
            catch
            {
                exchange.Dispose();
                throw;
            }

            exchange.Dispose();
        }
    }

    /// <inheritdoc cref="Post"/>
    internal async ValueTask<HttpExchange> PostAsync(Uri endpoint, EndpointForm form, CancellationToken cancellationToken)
    {
        string? nonce = null;
        for (int repetitions = 0; ; repetitions++)
        {
            HttpExchange exchange = Begin(endpoint, form, cancellationToken);
            try
            {
                ClientRequest request = RequestOf(exchange);
                try
                {
                    await client.Authentication.AuthenticateAsync(request, exchange.Deadline).ConfigureAwait(false);
                }
                catch (Exception e) when (!exchange.IsCancelled)
                {
                    exchange.Fail(e);
                }

                if (exchange.Exception is null && !IsRefused(request, exchange) && TryComplete(exchange, form, nonce) && !IsWithdrawn(form, exchange))
                {
                    await client.Sender.SendAsync(exchange).ConfigureAwait(false);
                    NoteRefusal(request, exchange);
                }

                nonce = NeededNonceOf(exchange, form);
                if (nonce is null || repetitions == DPoPProofs.MostRepetitions)
                {
                    return exchange;
                }

                form.NoteUnused();
            }
            catch
            {
                exchange.Dispose();
                throw;
            }

            exchange.Dispose();
        }
    }

    /// <summary>Sends an access token to an endpoint that responds with JSON or a signed JWT (OpenID Connect Core section 5.3).</summary>
    internal async ValueTask<HttpExchange> GetAsync(Uri endpoint, AccessToken token, CancellationToken cancellationToken)
    {
        string? nonce = null;
        for (int repetitions = 0; ; repetitions++)
        {
            HttpExchange exchange = client.Sender.Begin(HttpMethod.Get, endpoint, cancellationToken);
            try
            {
                HttpRequestHeaders headers = exchange.Request.Headers;
                headers.Accept.Add(new("application/json"));
                headers.Accept.Add(new(SignedResponse));
                headers.Authorization = new AuthenticationHeaderValue(token.TokenType, token.Token);
                var secret = new SecretText(token.Token);
                exchange.Form.Own(secret);
                exchange.Form.NoteSecret(secret);
                if (TryProve(exchange, HttpMethod.Get, nonce, token.Token))
                {
                    await client.Sender.SendAsync(exchange).ConfigureAwait(false);
                }

                // The first response may have brought the nonce that the proof must hold (RFC 9449 section 9).
                nonce = exchange.Response is { } response ? client.Profile.Proofs?.Note(endpoint, response) : null;
                if (nonce is null || exchange.Response?.StatusCode != HttpStatusCode.Unauthorized || repetitions == DPoPProofs.MostRepetitions)
                {
                    return exchange;
                }
            }
            catch
            {
                exchange.Dispose();
                throw;
            }

            exchange.Dispose();
        }
    }

    /// <summary>The body of a response, if its status is the one that means success; else the failure, explained.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="what">What was requested, for messages.</param>
    /// <param name="success">The status of success.</param>
    internal Result<byte[]> BodyOf(HttpExchange exchange, string what, HttpStatusCode success)
    {
        string host = exchange.Address.IdnHost;
        if (exchange.RedirectTarget is { } target)
        {
            return new(Failures.Redirected(host, AddressText.HostOf(target, new SecretRedactor(exchange.Form)), response: null, followed: true), isFinal: true);
        }

        if (exchange.Exception is { } failure)
        {
            if (failure is ClientRefusedException refused)
            {
                return new(Failures.ServerRefused(host, what, refused.Response));
            }

            if (failure is RequestNotMadeException unmade)
            {
                return new(unmade.Failure);
            }

            if (failure is HttpClientUnavailableException)
            {
                return new(Failures.HttpClientUnavailable(failure));
            }

            Exception cause = failure is OperationCanceledException ? new TimeoutException("No complete response in time.", failure) : TransportExceptions.WithoutServerText(failure);
            return new(exchange.Stage == ExchangeStage.Preparing ? Failures.ClientAuthenticationFailed(cause) : Failures.ServerNotReached(host, what, cause).With(AddressText.HintOf(exchange)));
        }

        return exchange.Response!.StatusCode == success && !exchange.IsTooLong
            ? new(exchange.Content.ToArray())
            : new(Failures.ServerRefused(host, what, ErrorIn(exchange)));
    }

    private HttpExchange Begin(Uri endpoint, EndpointForm form, CancellationToken cancellationToken)
    {
        HttpExchange exchange = client.Sender.Begin(HttpMethod.Post, endpoint, cancellationToken);
        exchange.Activity = form.Activity;
        if (form.Overdue is { } overdue)
        {
            exchange.Watch(overdue);
        }

        return exchange;
    }

    private void NoteRefusal(ClientRequest request, HttpExchange exchange)
    {
        if (IsDecided(exchange.Response) && TokenErrorReader.NameIn(exchange.Content) == Parameters.InvalidClient)
        {
            client.Refused.Note(request, ErrorIn(exchange));
        }
    }

    // Some servers refuse a client with 403, or with a status of success.
    private static bool IsDecided(HttpResponseMessage? response) => (int?)response?.StatusCode is (>= 200 and < 300) or (>= 400 and < 500 and not (408 or 421 or 425 or 429));

    private TokenErrorResponse ErrorIn(HttpExchange exchange) => TokenErrorReader.Read(exchange, new SecretRedactor(exchange.Form), client.Time.GetUtcNow());

    private ClientRequest RequestOf(HttpExchange exchange) =>
        new(client.ClientId, exchange.Address, client.Server, exchange.Form, exchange.Request.Headers, exchange.StartedOn);

    /// <summary>The nonce that a server wants in the proof; <see langword="null"/> if it wants none. It has not looked at the form, so the same one goes again (RFC 9449 section 8).</summary>
    private string? NeededNonceOf(HttpExchange exchange, EndpointForm form)
    {
        if (!form.CarriesProof || client.Profile.Proofs is not { } proofs || exchange.Response is null)
        {
            return null;
        }

        string? nonce = proofs.Note(exchange.Address, exchange.Response);
        return exchange.Response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized && TokenErrorReader.NameIn(exchange.Content) == DPoPProofs.NonceNeeded ? nonce : null;
    }
}
