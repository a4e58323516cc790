namespace AuthCode.Tests.Wire;

internal sealed class BlockingWaitTests
{
    [Test]
    public void The_work_starts_on_this_thread_and_without_a_synchronization_context()
    {
        (int Thread, SynchronizationContext? Context) seen = OnAContext(static () => BlockingWait.For(
            static _ => Task.FromResult((Environment.CurrentManagedThreadId, SynchronizationContext.Current)), CancellationToken.None), out int thread);

        Assert.That(seen, Is.EqualTo((thread, (SynchronizationContext?)null)));
    }

    [Test]
    public void The_synchronization_context_is_put_back() => Assert.That(
        OnAContext(static () =>
        {
            SynchronizationContext? before = SynchronizationContext.Current;
            BlockingWait.For(static _ => Task.FromResult(1), CancellationToken.None);
            return before is not null && before == SynchronizationContext.Current;
        }, out _),
        Is.True);

    [Test]
    public void The_synchronization_context_is_put_back_after_an_exception() => Assert.That(
        OnAContext(static () =>
        {
            SynchronizationContext? before = SynchronizationContext.Current;
            try
            {
                BlockingWait.For<int>(static _ => throw new FormatException(), CancellationToken.None);
            }
            catch (FormatException)
            {
                return before == SynchronizationContext.Current;
            }

            return false;
        }, out _),
        Is.True);

    [Test]
    public void A_failure_comes_out_as_it_is() => Assert.That(
        static () => BlockingWait.For(static _ => Task.FromException<int>(new FormatException("the cause")), CancellationToken.None),
        Throws.TypeOf<FormatException>().With.Message.EqualTo("the cause"));

    [Test]
    public void Work_that_ignores_its_cancellation_is_left()
    {
        using var canceled = new CancellationTokenSource();
        var never = new TaskCompletionSource<int>();
        canceled.Cancel();

        Assert.That(() => BlockingWait.For(_ => never.Task, canceled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static T OnAContext<T>(Func<T> work, out int thread)
    {
        T result = default!;
        Exception? failure = null;
        var own = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        own.Start();
        own.Join();
        thread = own.ManagedThreadId;
        return failure is null ? result : throw failure;
    }
}
