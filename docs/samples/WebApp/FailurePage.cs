using Azure;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using WebApp.Components;

namespace WebApp;

/// <summary>What a user sees when an API refuses a request. That a token cannot be acquired is answered by <c>UseAuthCode</c>.</summary>
internal static class FailurePage
{
    internal static void UseFailurePage(this WebApplication app) => app.UseExceptionHandler(static failure => failure.Run(static context =>
        new RazorComponentResult<Failure>(new { Reason = ReasonOf(context.Features.Get<IExceptionHandlerFeature>()!.Error) }).ExecuteAsync(context)));

    private static string ReasonOf(Exception exception) => exception switch
    {
        RequestFailedException failed => $"The storage account refused the request: {failed.Status} {failed.ErrorCode}. Does your user have a role there?",
        HttpRequestException { StatusCode: { } status } => $"The API refused the request: {(int)status} {status}. Does your user have a role there?",
        _ => "This did not work. The log of the application says why.",
    };
}
