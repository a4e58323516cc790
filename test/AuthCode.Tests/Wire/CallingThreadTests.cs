namespace AuthCode.Tests.Wire;

internal sealed class CallingThreadTests
{
    [Test]
    public void Parts_run_on_the_calling_thread_and_what_lies_between_them_elsewhere()
    {
        int own = Environment.CurrentManagedThreadId;

        int[] threads = CallingThread.Await(static async thread =>
        {
            int first = await thread.Do(static () => Environment.CurrentManagedThreadId).ConfigureAwait(false);
            int between = await Task.Run(static () => Environment.CurrentManagedThreadId).ConfigureAwait(false);
            return new[] { first, between, await thread.Do(static () => Environment.CurrentManagedThreadId).ConfigureAwait(false) };
        });

        Assert.That((threads[0], threads[1] == own, threads[2]), Is.EqualTo((own, false, own)));
    }

    [Test]
    public void A_part_that_fails_fails_the_work_as_it_is() => Assert.That(
        static () => CallingThread.Await(static async thread => await thread.Do<int>(static () => throw new FormatException("the cause"))),
        Throws.TypeOf<FormatException>().With.Message.EqualTo("the cause"));

    [Test]
    public void Work_without_parts_is_awaited() => Assert.That(CallingThread.Await(static _ => Task.Run(static () => 1)), Is.EqualTo(1));
}
