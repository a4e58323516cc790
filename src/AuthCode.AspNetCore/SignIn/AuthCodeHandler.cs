using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AuthCode;

/// <summary>Signs users in by the authorization code flow, keeps their session on the server, and signs them out everywhere.</summary>
/// <remarks>
/// The cookie holds the key of the session and a few claims, and never a token. See
/// <see href="https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth">OpenID Connect Core, section 3.1</see>,
/// <see href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html">OpenID Connect RP-Initiated Logout</see>,
/// <see href="https://openid.net/specs/openid-connect-frontchannel-1_0.html">Front-Channel Logout</see> and
/// <see href="https://openid.net/specs/openid-connect-backchannel-1_0.html">Back-Channel Logout</see>.
/// </remarks>
public sealed partial class AuthCodeHandler : RemoteAuthenticationHandler<AuthCodeOptions>, IAuthenticationSignOutHandler
{
    private const string TransactionItem = "authcode.transaction";

    private readonly IServiceProvider _services;

    /// <summary>Initializes a handler. The framework does this for each request.</summary>
    /// <param name="options">The settings of the schemes.</param>
    /// <param name="logger">Creates loggers.</param>
    /// <param name="encoder">Encodes addresses.</param>
    /// <param name="services">The services of the application.</param>
    public AuthCodeHandler(IOptionsMonitor<AuthCodeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IServiceProvider services)
        : base(options, logger, encoder) => _services = services;

    private AuthorizationCodeClient Client => _services.GetRequiredKeyedService<AuthorizationCodeClient>(Scheme.Name);

    private AuthCodeEvents HandlerEvents => (AuthCodeEvents)Events;

    private bool IsAccepted => ((CheckedEvents)Events).IsAccepted;

    private DateTimeOffset Now => TimeProvider.GetUtcNow();

    private TransactionCookies Transactions => new(Context, Options, Now, Scheme.Name, OriginalPathBase);

    /// <summary>Handles the paths of the handler: that of the callback, that after a sign-out, and those at which the authorization server tells of a sign-out.</summary>
    /// <returns>Whether the request was handled.</returns>
    public override async Task<bool> HandleRequestAsync()
    {
        if (Options.SignedOutCallbackPath == Request.Path)
        {
            HandleSignedOut();
            return true;
        }

        if (Options.RemoteSignOutPath.HasValue && Options.RemoteSignOutPath == Request.Path)
        {
            await HandleFrontChannelLogoutAsync().ConfigureAwait(false);
            return true;
        }

        if (Options.BackchannelLogoutPath.HasValue && Options.BackchannelLogoutPath == Request.Path)
        {
            await HandleBackChannelLogoutAsync().ConfigureAwait(false);
            return true;
        }

        if (await ShouldHandleRequestAsync().ConfigureAwait(false) && Request.Query[StartParameter] is [{ } start])
        {
            await StartAsync(start).ConfigureAwait(false);
            return true;
        }

        StringValues cookies = Response.Headers.SetCookie;
        bool isComplete = false;
        bool isDelivered = false;
        try
        {
            bool isHandled = await base.HandleRequestAsync().ConfigureAwait(false);
            isComplete = true;
            isDelivered = Response.HasStarted || !Context.RequestAborted.IsCancellationRequested;
            return isHandled;
        }
        catch (AuthenticationFailureException e) when (!Response.HasStarted)
        {
            // The event of the application has not handled it: the user gets a page, and not an error of the server.
            await WriteFailureAsync(e).ConfigureAwait(false);
            isDelivered = !Context.RequestAborted.IsCancellationRequested;
            return true;
        }
        catch
        {
            isDelivered = Response.HasStarted;
            throw;
        }
        finally
        {
            if (_begun is { } begun)
            {
                if (!isDelivered && !Response.HasStarted && SessionCookieEvents.HasWritten(Context, begun))
                {
                    // The browser keeps the session that it has, whoever makes a response of what has happened.
                    Response.Headers.SetCookie = cookies;
                }

                await EndReplacedAsync(begun, isComplete, isDelivered).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Creates the events, if the application has set none.</summary>
    /// <returns>The events.</returns>
    protected override Task<object> CreateEventsAsync() => Task.FromResult<object>(new AuthCodeEvents());

    /// <summary>Takes the events of the application, and checks what they do.</summary>
    /// <returns>A task that is complete when there are events.</returns>
    protected override async Task InitializeEventsAsync()
    {
        await base.InitializeEventsAsync().ConfigureAwait(false);
        Events = new CheckedEvents((AuthCodeEvents)Events);
    }
}
