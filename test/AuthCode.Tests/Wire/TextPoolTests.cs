using System.Globalization;

namespace AuthCode.Tests.Wire;

internal sealed class TextPoolTests
{
    [Test]
    public void Equal_texts_and_equal_lists_are_in_memory_once()
    {
        var pool = new TextPool();
        string[] first = pool.Share([NewText("a"), NewText("b")]), second = pool.Share([NewText("a"), NewText("b")]);

        Assert.That((ReferenceEquals(pool.Share(NewText("x")), pool.Share(NewText("x"))), ReferenceEquals(first, second)), Is.EqualTo((true, true)));
    }

    [Test]
    public void Lists_that_differ_in_where_a_text_ends_stay_different()
    {
        var pool = new TextPool();

        Assert.That((pool.Share(["a\nb"]).Length, pool.Share(["a", "b"]).Length, pool.Share(["a\nb"]).Length), Is.EqualTo((1, 2, 1)));
    }

    [Test]
    public void Texts_that_come_when_it_is_full_and_very_long_ones_stay_as_they_are()
    {
        var pool = new TextPool();
        string known = pool.Share(NewText("known")), unpooled = NewText(new string('x', 1000));
        for (int number = 0; number < 10_000; number++)
        {
            pool.Share(number.ToString(CultureInfo.InvariantCulture));
        }

        string late = NewText("late");
        Assert.That(
            (ReferenceEquals(pool.Share(NewText("known")), known), ReferenceEquals(pool.Share(late), late), ReferenceEquals(pool.Share(NewText("late")), late), ReferenceEquals(pool.Share(unpooled), unpooled)),
            Is.EqualTo((true, true, false, true)));
    }

    private static string NewText(string text) => new(text.AsSpan());
}
