using System.Collections.Concurrent;
using System.Diagnostics;
using AuthCode;
using Azure.Core;
using Microsoft.AspNetCore.Http.HttpResults;
using WebApp.Apis;
using WebApp.Components;

namespace WebApp;

/// <summary>Shows what AuthCode did for a page: which token it used, where that came from, and what was requested of the server. It reads AuthCode's telemetry.</summary>
internal sealed class Trail : IHostedService, IDisposable
{
    private const string GetToken = "authcode get_token";
    private const string TokenRequest = "authcode token_request";

    private readonly IHttpContextAccessor _accessor;
    private readonly ActivityListener _listener;

    // A token request belongs to the page whose call it is a child of: pages share requests, so it does not run within one.
    private readonly ConcurrentDictionary<ActivitySpanId, ConcurrentQueue<Activity>> _callers = new();

    public Trail(IHttpContextAccessor accessor)
    {
        _accessor = accessor;
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "AuthCode",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = Begin,
            ActivityStopped = End,
        };
    }

    /// <summary>A page with a list, and with the token that the list was read with.</summary>
    internal static async Task<IResult> ShowAsync(HttpContext context, string title, string scope, IReadOnlyList<Item> items) =>
        new RazorComponentResult<ListPage>(new { Title = title, Items = items, Token = await OfAsync(context, scope) });

    /// <summary>The token of a scope, after the page has used it.</summary>
    internal static async Task<TokenFacts> OfAsync(HttpContext context, string scope)
    {
        AccessToken token = await TokenOfAsync(context, scope);
        Activity[] activities = [.. StepsOf(context)];
        string? source = activities.Select(static activity => activity.GetTagItem("authcode.source") as string).LastOrDefault(static source => source is not null);
        return new TokenFacts(scope, token.ExpiresOn, source switch
        {
            null => "the memory of this instance",
            "code" => "the code of your sign-in",
            "refresh" => "a refresh, just now",
            "store" => "the store of the sessions, where another instance had put it",
            _ => "a request that another page had started",
        }, [.. activities.Where(static activity => activity.OperationName == TokenRequest).Select(Describe)]);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ActivitySource.AddActivityListener(_listener);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    // As the clients of the page ask, with continuous access evaluation: it is the token that they used.
    private static async Task<AccessToken> TokenOfAsync(HttpContext context, string scope)
    {
        try
        {
            if (await context.RequestServices.GetRequiredService<UserSessions>().FindAsync(context.User.GetSessionKey()!, context.RequestAborted) is { } session)
            {
                return await session.Credential.GetTokenAsync(new TokenRequestContext([scope], isCaeEnabled: true), context.RequestAborted);
            }
        }
        catch (ObjectDisposedException)
        {
            // It has ended a moment ago.
        }

        throw new AuthenticationFailedException("The user has signed out in another tab.") { IsSignInRequired = true, Scopes = [scope] };
    }

    private static ConcurrentQueue<Activity> StepsOf(HttpContext context)
    {
        lock (context.Items)
        {
            if (context.Items[typeof(Trail)] is not ConcurrentQueue<Activity> steps)
            {
                context.Items[typeof(Trail)] = steps = new ConcurrentQueue<Activity>();
            }

            return steps;
        }
    }

    private static string Describe(Activity activity) =>
        $"{activity.GetTagItem("oauth.grant_type")} at {activity.GetTagItem("server.address")}: {activity.GetTagItem("error.type") ?? "a token"}, {activity.Duration.TotalMilliseconds:N0} ms";

    private void Begin(Activity activity)
    {
        if (activity.OperationName == GetToken && _accessor.HttpContext is { } context)
        {
            _callers[activity.SpanId] = StepsOf(context);
        }
    }

    private void End(Activity activity)
    {
        if (_callers.TryRemove(activity.SpanId, out ConcurrentQueue<Activity>? steps) || _callers.TryGetValue(activity.ParentSpanId, out steps))
        {
            steps.Enqueue(activity);
        }
    }
}
