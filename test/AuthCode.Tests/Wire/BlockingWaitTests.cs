namespace AuthCode.Tests.Wire;

internal sealed class BlockingWaitTests
{
    [Test]
    public void A_failure_comes_out_as_it_is() => Assert.That(
        static () => BlockingWait.For(Task.FromException<int>(new FormatException("the cause")), CancellationToken.None),
        Throws.TypeOf<FormatException>().With.Message.EqualTo("the cause"));

    [Test]
    public void Work_that_ignores_its_cancellation_is_left()
    {
        using var canceled = new CancellationTokenSource();
        var never = new TaskCompletionSource<int>();
        canceled.Cancel();

        Assert.That(() => BlockingWait.For(never.Task, canceled.Token), Throws.InstanceOf<OperationCanceledException>());
    }
}
