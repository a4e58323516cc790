using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Tells the scope of each invocation of a hub method whose it is.</summary>
/// <remarks>Implementation note: the methods are not asynchronous, so that what they note flows on into a stream that a method returns and that is read after them.</remarks>
internal sealed class UserHubFilter : IHubFilter, IConfigureOptions<HubOptions>
{
    public void Configure(HubOptions options) => options.AddFilter(this);

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        Enter(invocationContext.ServiceProvider, invocationContext.Context);
        return next(invocationContext);
    }

    public Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        Enter(context.ServiceProvider, context.Context);
        return next(context);
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        Enter(context.ServiceProvider, context.Context);
        return next(context, exception);
    }

    private static void Enter(IServiceProvider services, HubCallerContext caller)
    {
        UserScope scope = services.GetRequiredService<UserScope>();
        scope.Begin(() => ValueTask.FromResult(caller.User), () => caller.GetHttpContext()?.Request.PathBase ?? default);
        scope.Enter();
    }
}
