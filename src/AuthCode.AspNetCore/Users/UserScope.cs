using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>Marks a scope of services, and knows its user: that of a request, of a Blazor circuit, or of an invocation of a hub method. One instance for each scope.</summary>
/// <remarks>
/// <para>Implementation note: a singleton is created in the scope of the application, and a scope made by hand is none of a user. Scope
/// validation finds only the first, and is off in production. The service providers themselves are not compared, because some
/// containers make another one each time.</para>
/// <para>The user of a circuit or a hub is that of the scope that asks. What flows with the calls (<see cref="AsyncLocal{T}"/>,
/// <see cref="IHttpContextAccessor"/>) is of whoever raised an event, perhaps another user. It is used to refuse, and never to choose.</para>
/// </remarks>
/// <param name="accessor">Knows the current request.</param>
internal sealed class UserScope(IHttpContextAccessor accessor) : IDisposable
{
    private static readonly AsyncLocal<UserScope?> Flowing = new();
    private static readonly AsyncLocal<bool> FlowsFromCircuit = new();
    private static readonly ConditionalWeakTable<SynchronizationContext, object> Dispatchers = [];
    private static readonly Func<ValueTask<ClaimsPrincipal?>> Nobody = static () => ValueTask.FromResult<ClaimsPrincipal?>(null);

    private volatile Func<ValueTask<ClaimsPrincipal?>>? _user;
    private Func<PathString>? _pathBase;
    private volatile SynchronizationContext? _dispatcher;
    private volatile bool _isOver;
    private SessionReference? _session;

    /// <summary>Whether the scope is that of a circuit, or of an invocation of a hub method.</summary>
    internal bool IsConnection => _user is not null;

    /// <summary>The session of the user; <see langword="null"/> as long as no token was asked for.</summary>
    internal SessionReference? Session => _session;

    /// <summary>The path below which the application is.</summary>
    internal PathString PathBase => _pathBase?.Invoke() ?? accessor.HttpContext?.Request.PathBase ?? default;

    /// <summary>Whether the calling code is that of the components of some circuit, and has left its context by no <c>ConfigureAwait(false)</c>.</summary>
    internal static bool IsInCircuit => SynchronizationContext.Current is { } current && Dispatchers.TryGetValue(current, out _);

    /// <summary>Whether the calls are those of a circuit or a hub method, as far as what flows with them tells it.</summary>
    internal static bool FlowsWithConnection => Current is not null;

    /// <summary>Whether the calling code is that of the components of another circuit.</summary>
    internal bool IsForeignToCaller => IsInCircuit && !IsDispatched;

    // Whether the calling code is that of the components of this circuit, and has left its context by no ConfigureAwait(false).
    private bool IsDispatched => _dispatcher is { } dispatcher && ReferenceEquals(SynchronizationContext.Current, dispatcher);

    /// <summary>Whether the calling code is, or may be, that of a circuit or a hub method.</summary>
    internal static bool IsCalledByConnection => FlowsWithConnection || IsInCircuit || FlowsFromCircuit.Value;

    private static UserScope? Current => Flowing.Value is { _isOver: false, IsConnection: true } scope ? scope : null;

    /// <summary>The session of the user for whom the calling code runs, as far as what flows with the calls tells it; <see langword="null"/> if no user does.</summary>
    /// <param name="accessor">Knows the current request.</param>
    /// <returns>Whether it is the code of a request, a circuit or a hub method at all, and the session.</returns>
    internal static async ValueTask<(bool IsKnown, SessionReference? Session)> CallerAsync(IHttpContextAccessor accessor) =>
        Current is { _user: { } user } ? (true, SessionReference.Of(await user().ConfigureAwait(false)))
        : CallingRequest.Of(accessor) is { } request ? (true, request.Session)
        : (false, null);

    /// <summary>Makes this the scope of a circuit, or of an invocation of a hub method.</summary>
    /// <param name="user">Reads the user, at each call.</param>
    /// <param name="pathBase">Reads the path below which the application is.</param>
    internal void Begin(Func<ValueTask<ClaimsPrincipal?>> user, Func<PathString> pathBase)
    {
        _pathBase = pathBase;
        _user = user;
    }

    /// <summary>Notes the context in which a circuit runs the code of its components.</summary>
    internal void RunsOn(SynchronizationContext? dispatcher)
    {
        _dispatcher = dispatcher;
        if (dispatcher is not null)
        {
            Dispatchers.AddOrUpdate(dispatcher, Dispatchers);
        }
    }

    /// <summary>Notes that the calls that follow are those of this scope.</summary>
    internal void Enter() => Flowing.Value = this;

    /// <summary>Notes the same if the code of the components of this circuit calls, and returns the scope that was noted before.</summary>
    internal UserScope? EnterIfDispatched()
    {
        UserScope? before = Flowing.Value;
        if (IsDispatched)
        {
            Flowing.Value = this;
        }

        return before;
    }

    /// <summary>Notes the scope that <see cref="EnterIfDispatched"/> returned: the caller can be the code of another user, who raised an event.</summary>
    internal static void ReturnTo(UserScope? before) => Flowing.Value = before;

    /// <summary>Notes whether the code of some circuit's components sends a request, for handlers that have left its context, and returns what was noted before.</summary>
    internal static bool NoteCaller()
    {
        bool before = FlowsFromCircuit.Value;
        if (!before && IsInCircuit)
        {
            FlowsFromCircuit.Value = true;
        }

        return before;
    }

    /// <summary>Notes again what <see cref="NoteCaller"/> returned.</summary>
    internal static void ReturnToCaller(bool before) => FlowsFromCircuit.Value = before;

    /// <summary>The request whose own scope this is; <see langword="null"/> if it is none of the current request.</summary>
    /// <remarks>The request of a connection goes on while its circuit or its hub works, and an event there can be of another user.</remarks>
    internal CallingRequest? OwnRequest() =>
        !IsConnection && CallingRequest.Of(accessor) is { } request && ReferenceEquals(request.Scope, this) && !(request.ServesHub && IsCalledByConnection) ? request : null;

    /// <summary>The request in which the calling code runs, whatever its scope; <see langword="null"/> if there is none, or the code can be that of a circuit or a hub method.</summary>
    internal static CallingRequest? SurroundingRequest(IHttpContextAccessor accessor) =>
        !IsCalledByConnection && CallingRequest.Of(accessor) is { ServesHub: false } request ? request : null;

    /// <summary>Refuses to create what would be shared by users.</summary>
    /// <param name="what">What is created.</param>
    /// <exception cref="InvalidOperationException">The scope is none of a user.</exception>
    internal void RequireForCreation(string what)
    {
        if (OwnRequest() is not null || (IsConnection && !_isOver))
        {
            return;
        }

        // A hub and the arguments of its method are created before a filter knows the invocation, and the handlers of a circuit before the
        // circuit is known, within the invocation that begins it. If it becomes neither, the first use is refused.
        bool canBecomeConnection = !_isOver && CallingRequest.Of(accessor) is null or { ServesHub: true };
        if (!canBecomeConnection)
        {
            throw Outside(what);
        }
    }

    /// <summary>The session of the user of this scope, which is the same at each call.</summary>
    /// <param name="what">What needs it.</param>
    /// <param name="scopes">The scopes of the token that is wanted.</param>
    /// <exception cref="InvalidOperationException">The scope is none of a user, the user has changed, or the code of another user calls.</exception>
    /// <exception cref="AuthenticationFailedException">No user of AuthCode is signed in.</exception>
    internal async ValueTask<SessionReference> RequireSessionAsync(string what, string[] scopes)
    {
        if (OwnRequest() is { } request)
        {
            return Pin(SignedInSession.Require(request.Session, scopes));
        }

        // Before the first wait, which leaves the context.
        bool isDispatched = IsDispatched;
        if (_isOver || _user is not { } user)
        {
            throw Outside(what);
        }

        SessionReference session = Pin(SignedInSession.Require(SessionReference.Of(await user().ConfigureAwait(false)), scopes));
        if (!isDispatched && !ReferenceEquals(Current, this) && await CallerAsync(accessor).ConfigureAwait(false) is { IsKnown: true } caller && caller.Session != session)
        {
            throw new InvalidOperationException(
                $"{what} of one user was used by the code of another one, or of nobody: from a singleton, from a static field, or in an event that another user raised. " +
                "Inject it into components, hubs, and scoped or transient services only. When an event comes from elsewhere, call an HTTP client directly within InvokeAsync(…) of the component. " +
                "An Azure SDK client leaves that context at its first wait: let the event only signal a task that the component began before, and call the client there, or begin the call within InvokeAsync(…) and ExecutionContext.SuppressFlow().");
        }

        return session;
    }

    /// <summary>The scope is over: what was created in it gets no further token. What flows on with calls keeps nothing of the user alive.</summary>
    public void Dispose()
    {
        _isOver = true;
        _user = _user is null ? null : Nobody;
        _pathBase = null;
        _dispatcher = null;
    }

    /// <inheritdoc cref="SurroundingRequest(IHttpContextAccessor)"/>
    internal CallingRequest? SurroundingRequest() => SurroundingRequest(accessor);

    private SessionReference Pin(SessionReference session) =>
        Interlocked.CompareExchange(ref _session, session, null) is { } pinned && pinned != session
            ? throw new InvalidOperationException(
                "The user has changed since the first token of this request, circuit or hub method. Load the page again after a sign-in (in a component by NavigationManager.NavigateTo(address, forceLoad: true)), and acquire tokens there.")
            : session;

    private static InvalidOperationException Outside(string what) => new(
        $"{what} follows the user of one request, Blazor circuit or hub method, and was created or used outside the scope of it: by a singleton, by AddAzureClients, from a static field, in a scope of its own or after the end. " +
        "Azure SDK clients keep tokens, so one user would get the token of another. " +
        "Register the client with AddUserClient(…) of AddAuthCode, inject it into scoped or transient services only, and use UserSessions.FindAsync(sessionKey) in the background.");
}
