using System.Diagnostics;
using System.Net;

namespace AuthCode;

/// <summary>The one sender under all requests to an authorization server: token requests, other endpoints, metadata and keys.</summary>
/// <remarks>
/// One deadline, one limit of the body (<see cref="BoundedBody.Limit"/>), and one redirect rule: none is followed, and a response
/// that a supplied HTTP client fetched from elsewhere is not read. What fails is noted in the exchange; only an exchange that its
/// owner gave up throws. Implementation note: the synchronous form waits for nothing on the thread pool.
/// </remarks>
/// <param name="client">The HTTP client of a request.</param>
/// <param name="timeout">How long a request may take.</param>
/// <param name="time">The clock.</param>
/// <param name="isOwn">Whether the HTTP client is AuthCode's own (<see cref="SharedHttpClient"/>), which sends no trace context and has no handler but the transport.</param>
internal sealed class HttpSender(Func<HttpClient> client, TimeSpan timeout, TimeProvider time, bool isOwn = false)
{
    /// <summary>The option of a request that has the activity which it is sent for; for handlers that send no trace context.</summary>
    internal static readonly HttpRequestOptionsKey<Activity> ActivityKey = new("AuthCode.Activity");

    // Set once a supplied handler has said that it has no synchronous form.
    private volatile bool _isOnlyAsynchronous;

    /// <summary>Begins an exchange: its deadline runs from here.</summary>
    internal HttpExchange Begin(HttpMethod method, Uri address, CancellationToken cancellationToken) => new(method, address, timeout, time, cancellationToken);

    internal TimeSpan Timeout => timeout;

    internal void Send(HttpExchange exchange)
    {
        Activity? outer = Activity.Current;
        try
        {
            exchange.Deadline.ThrowIfCancellationRequested();
            EnterActivity(exchange, outer);
            HttpResponseMessage response = SendBlocking(exchange);
            exchange.Receive(response);
            if (exchange.IsAbandonedAtDeadline)
            {
                exchange.Body?.ReadOrLeave(response, exchange.BodyDeadline);
            }
            else
            {
                exchange.Body?.Read(response, exchange.BodyDeadline);
            }
        }
        catch (Exception e) when (!exchange.IsCancelled)
        {
            exchange.Fail(e);
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    internal async ValueTask SendAsync(HttpExchange exchange)
    {
        try
        {
            exchange.Deadline.ThrowIfCancellationRequested();

            // Within this method alone.
            EnterActivity(exchange, Activity.Current);
            HttpResponseMessage response = await Begin(exchange).ConfigureAwait(false);
            exchange.Receive(response);
            if (exchange.Body is { } body)
            {
                await body.ReadAsync(response, exchange.IsAbandonedAtDeadline, exchange.BodyDeadline).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (!exchange.IsCancelled)
        {
            exchange.Fail(e);
        }
    }

    // A supplied client would send the trace context and baggage of the current activity: it gets the activity where only a handler finds it
    // that knows better.
    private void EnterActivity(HttpExchange exchange, Activity? outer)
    {
        Activity? activity = exchange.Activity ?? outer;
        if (!isOwn && activity is not null)
        {
            exchange.Request.Options.Set(ActivityKey, activity);
        }

        Activity.Current = isOwn ? activity : null;
    }

    private HttpResponseMessage SendBlocking(HttpExchange exchange)
    {
        if (!_isOnlyAsynchronous)
        {
            try
            {
                // SocketsHttpHandler's synchronous form speaks HTTP/1.1 only.
                HttpClient http = client();
                HttpRequestMessage synchronous = exchange.ToRequest(HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower, isOwn);
                using CancellationTokenRegistration withdrawal = WithdrawAtDeadline(exchange);
                return exchange.IsAbandonedAtDeadline
                    ? BlockingWait.On(() => http.Send(synchronous, HttpCompletionOption.ResponseHeadersRead, exchange.Deadline), exchange.Deadline)
                    : http.Send(synchronous, HttpCompletionOption.ResponseHeadersRead, exchange.Deadline);
            }
            catch (NotSupportedException) when (exchange.Stage == ExchangeStage.Sending || exchange.Request.Method == HttpMethod.Get)
            {
                // The handler has no synchronous form and said so before it did anything.
                _isOnlyAsynchronous = true;
            }
        }

        return Begin(exchange).GetAwaiter().GetResult();
    }

    private Task<HttpResponseMessage> Begin(HttpExchange exchange)
    {
        HttpClient http = client();
        HttpRequestMessage request = exchange.ToRequest(http.DefaultRequestVersion, http.DefaultVersionPolicy, isOwn);

        // Before a handler gets the request, since one can block its thread.
        CancellationTokenRegistration withdrawal = WithdrawAtDeadline(exchange);
        try
        {
            Task<HttpResponseMessage> sending = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, exchange.Deadline);
            if (!sending.IsCompleted)
            {
                Task<HttpResponseMessage> end = EndOf(sending, exchange, withdrawal);
                withdrawal = default;
                return end;
            }

            return sending;
        }
        finally
        {
            withdrawal.Dispose();
        }
    }

    // At the deadline itself, so that a form that nobody has read by then is not sent after it.
    private static CancellationTokenRegistration WithdrawAtDeadline(HttpExchange exchange) =>
        exchange.Deadline.UnsafeRegister(static sending => ((HttpExchange)sending!).TryWithdraw(), exchange);

    /// <summary>The end of a request: of one that is abandoned or that nothing has been sent of, at its deadline; else when the handler says so.</summary>
    private static async Task<HttpResponseMessage> EndOf(Task<HttpResponseMessage> sending, HttpExchange exchange, CancellationTokenRegistration withdrawal)
    {
        using CancellationTokenRegistration registered = withdrawal;
        try
        {
            return await sending.WaitAsync(exchange.Deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A response that has arrived by now is kept.
            if (!sending.IsCompleted && (exchange.TryWithdraw() || exchange.IsAbandonedAtDeadline))
            {
                Deadline.Abandon(sending);
                throw;
            }
        }

        return await sending.ConfigureAwait(false);
    }
}
