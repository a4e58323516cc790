using Azure.Core;

namespace AuthCode.Tests;

/// <summary>A fixture whose tests run once with GetTokenAsync and once with GetToken, which must do the same.</summary>
[TestFixture(true, TestName = "Async")]
[TestFixture(false, TestName = "Sync")]
internal abstract class BothWays(bool isAsync)
{
    protected bool IsAsync { get; } = isAsync;

    /// <summary>Gets a token. The synchronous way gets a thread of its own, so that a held answer holds no test.</summary>
    protected Task<AccessToken> GetToken(TokenCredential credential, TokenRequestContext request, CancellationToken cancellationToken = default) =>
        IsAsync
            ? credential.GetTokenAsync(request, cancellationToken).AsTask()
            : Task.Factory.StartNew(
                () => credential.GetToken(request, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    protected Task<AccessToken> GetToken(TokenCredential credential, params string[] scopes) => GetToken(credential, Some.Request(scopes));

    /// <summary>Gets the exception that a call ends in.</summary>
    protected async Task<AuthenticationFailedException> Failure(TokenCredential credential, TokenRequestContext? request = null)
    {
        AuthenticationFailedException? failure = null;
        try
        {
            await GetToken(credential, request ?? Some.Request());
        }
        catch (AuthenticationFailedException e)
        {
            failure = e;
        }

        Assert.That(failure, Is.Not.Null, "a failure was expected");
        return failure!;
    }
}
