"""Names of people in Chinese texts, found by the titles before or after them: 外交部长王毅, 普京总统, 德拉吉总理.

A Chinese name is a family name of one of the usual ones and one or two characters; a foreign one is a run of the
characters by which names are transcribed. This module must not take a name without a title beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from edition.annotate.tokens import Memo, Tokens
from edition.annotate.wordlists import words_of

#: Titles that stand before a name or after it. A longer title that ends in one of these needs no entry.
_EITHER = words_of(
    """
    主席 总统 总理 首相 国王 女王 王储 亲王 埃米尔 苏丹 教皇 外长 防长 财长 部长 大臣 国务卿 国务委员 议长 议员
    委员长 书记 总书记 大使 特使 代表 秘书长 总干事 干事长 司长 局长 署长 省长 州长 市长 总裁 行长 行政长官 专员
    发言人 总司令 司令 将军 上将 参赞 总领事 外秘 特首 副主席 参谋长 主任 顾问 检察长 院长 校长 助理 高级代表 公主
    王子 教授 博士 院士
    """
)
#: Titles only before a name; after one they would be another's.
_BEFORE = words_of(
    """
    外交官 公民 记者 学者 律师 领导人 负责人 宇航员 航天员 活动人士 商人 总统候选人 首席财务官 首席执行官 创始人
    人士 参议员 众议员 男子 女子 运动员 专家 作家 导演 演员 反对派领袖 领袖 名叫 名为 夫人 妻子 丈夫 儿子 女儿 嫌犯
    嫌疑人 被告 船长
    """
)
_AFTER = words_of("女士 先生 小姐 博士 阁下 同志")

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范"
    "石姚谭廖邹熊孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎武乔赖龚庞樊兰殷施陶翟颜倪严温芦季鲁韦俞章葛柴耿"
    "尚申文朴裴卞池习乐阮华汲岳崔栗高程金洪陆"
)
_TWO_CHARACTERS = words_of("欧阳 上官 司马 诸葛 端木 夏侯 司徒 东方 尉迟 公孙 皇甫 慕容 南宫")
#: Family names of Japan; they may stand alone or before a given name of one to three characters.
_JAPANESE = words_of(
    """
    安倍 岸田 石破 高市 河野 茂木 上川 岩屋 二阶 小泉 麻生 野田 福田 山田 田中 佐藤 铃木 高桥 伊藤 渡边 中村 小林
    加藤 吉田 山本 佐佐木 山口 松本 井上 木村 斋藤 清水 山崎 池田 桥本 阿部 石川 前田 藤田 后藤 冈田 长谷川 村上
    近藤 石井 坂本 远藤 青木 藤井 西村 三浦 松野 菅义 谷内 秋叶 垂秀 金杉 中曾根 鸠山 村山 稻田 岛田 横井 船越
    萩生田 世耕 垂 大平 三木 滨田 木原
    """
)
#: The characters by which foreign names are written.
_SOUNDS = frozenset(
    "阿埃艾爱安昂奥巴白班邦包鲍贝本比毕宾波伯博布查达戴丹德登邓迪蒂丁东杜顿多厄恩尔法凡范菲芬冯弗福富盖甘冈戈格葛古瓜圭哈海汉豪赫"
    "黑胡华怀霍基吉季加贾简杰金津卡凯坎康考科克肯孔库夸拉莱赖兰朗劳勒雷累李里理利莉林琳卢鲁伦罗洛马玛迈麦曼芒梅门蒙米密敏莫姆穆纳娜"
    "奈南尼涅宁纽农努诺欧帕派潘庞佩彭蓬皮珀普齐奇恰强乔切琴丘热茹瑞萨塞赛桑瑟森沙山绍舍申施史舒斯松索塔泰坦唐特藤提图托瓦万旺威韦维"
    "魏温翁沃乌武西希锡夏香谢辛欣休许雅亚延扬杨耶叶伊易英永尤约赞泽扎詹珍朱兹佐俄土厦根吕绥绶妮丽露蕾莎什内勋廷铁列里芙娃黛琪妥敦珊蒋苏龙连拜京默文朔茨翰逊夫契济多埃迪特鲁尤孟喀容"
)
_JOINTS = "·•‧・"
#: What may stand after a name: marks, and the words that begin what is said of somebody.
_STOPS = re.compile(
    r"$|[^\u3400-\u9fff]|表示|表达|说|称|会见|会晤|会谈|同|与|和|及|或|将|在|的|对|就|应邀|率|访|出席|主持|也|已|曾|等|发表|发言|强调|指出|向|"
    r"分别|被|是|于|从|为|今[天年日后晚早]|昨|明[天年日确]|日前|日[在与同]|近[日期来]|目前|当[天日选时局地前]|上[周午月个台任述]|下[周午月个台令达]|正[在式率就]|进行|举行|抵|离|前往|宣布|提|认为|介绍|接受|要求|呼吁|又|再|还|并|未|不|没有|没能|能[够否]|会|"
    r"有|到|赴|来|去|因|以|致|给|把|让|使|所|之|办|通|参加|签|共同|一行|本人|任|邀请|批评|指责|敦促|承认|否认|警告|透露|感谢|祝贺|"
    r"阐|重申|视察|考察|见|担任|领导|政府|可能|需|必|拒|突然|家[人属]|案|一事|遭|窜|涉|推|获|做|作|谈|回|结束|开始|启|乘|此|这|那"
)
#: Characters that no given name ends in, and words that look like a name.
_NO_GIVEN = frozenset(
    "的和与同对在是为于将被等说称也已就会了过从向到以及中部级长方面任期务时先前年月日内外大小个各其这那上下不有"
)
_NO_NAMES = words_of(
    """
    安全 安排 安理 高度 高级 高层 和平 马上 黄金 任期 任命 任何 时候 时间 成员 明确 明天 文化 文章 文件 文明 关于
    关系 关注 全面 程度 经济 经贸 石油 白宫 温和 路线 应该 应当 严重 严格 严肃 解决 万人 夏季 余名 余人 何时 何种
    段时间 钟头 江苏 江西 龙头 康复 马里 苏丹 秘鲁 汤加 万象 石化 乔治 许多 许可 史上 史无 尚未 尚无 申请 申明
    华盛顿 章程 施压 施加 武器 武装 武力 万一 易于 毛利 兰州 唐人 汉语 黑人 山东 山西 南方 西方 东方 海外 海上 金融
    金砖 英方 法方 美方 印方 俄方 日方 加方 联合 发展 里面 特别 特地 达成 达到 提出 提到 多次 多边 多个 加强 加快
    普遍 本人 本周 本月 通过 维护 维持 古代 基本 基于 理解 理由 利用 朗读 希望 永远 亚太 亚洲 欧盟 欧洲 拉美 非洲
    北约 东盟 华为 何谈 苏醒 温室 白人 夏天 武汉 何人 何方 何以 何在 何故 施行 文本 文莱 蒙古 多国 多名 多位 多方
    周一 周二 周三 周四 周五 周六 周日 厦门 卡拉奇 伊斯坦布尔 塔利班 飓风 教廷 程院 使节 使馆 大学 合作 友好 介绍
    扎实 根据 根本 内阁 内政 列席 列举 克服 南海 东海 西藏 西部 东部 南部 海军 海警 海关 空军 陆军 陆续 陆地 高举
    高速 高品 金额 金牌 洪水 程序 华政 华裔 华人 华侨
    """
)


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_TITLES_BEFORE = re.compile(f"(?:{_longest_first({*_EITHER, *_BEFORE})})(?!级|团|国|府|馆|们)")
_TITLES_AFTER = re.compile("|".join(f"副?{title}" for title in _longest_first({*_EITHER, *_AFTER}).split("|")))
#: Each title's first two characters, and what the first of them alone tells: that a title may begin there.
_TITLE_BEGINNINGS = frozenset(title[:2] for title in (*_EITHER, *_BEFORE, *_AFTER)) | frozenset(
    f"副{title[0]}" for title in (*_EITHER, *_AFTER)
)
OPENINGS: Memo[bool] = Memo(frozenset(beginning[0] for beginning in _TITLE_BEGINNINGS).__contains__)
_JAPANESE_NAME = re.compile(rf"(?:{_longest_first(_JAPANESE)})[\u3400-\u9fff]{{0,3}}?")
_NATIVE = re.compile(f"(?:{'|'.join(sorted(_TWO_CHARACTERS))}|[{_SURNAMES}])")
_HAN = re.compile(r"[\u3400-\u9fff]")


def is_in_longer_name(text: str, start: int, end: int) -> bool:
    """Tell whether a written-out foreign name goes on beyond start..end: 克里 in 克里米亚."""
    if not all(c in _SOUNDS for c in text[start:end]):
        return False
    follows = text[end : end + 1] in _SOUNDS and not _STOPS.match(text, end) and not _TITLES_AFTER.match(text, end)
    return follows or (end - start < 3 and text[max(0, start - 1) : start] in _SOUNDS)


class ChineseNames:
    """Finds names of people in Chinese texts. `places`: names of places, which are no names of people."""

    def __init__(self, places: frozenset[str]) -> None:
        self._places = frozenset(p for p in places if _HAN.match(p) and len(p) > 1)
        self._longest = max(map(len, self._places), default=1)

    def find(self, tokens: Tokens) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of each name that has a title beside it, in no order; a name may come twice."""
        text = tokens.text
        before = after = 0  # up to here a title has been read already
        for i in tokens.where(OPENINGS):
            at = tokens.start(i)
            if text[at : at + 2] not in _TITLE_BEGINNINGS:
                continue
            title = _TITLES_BEFORE.match(text, at) if at >= before else None
            if title:
                before = title.end()
                comma = text[before : before + 1] in "、，" and text[before + 1 : before + 2]
                end = None if comma else self._end_after(text, before)
                if end:
                    yield before, end
            title = _TITLES_AFTER.match(text, at) if at >= after else None
            if title:
                after = title.end()
                start = self._start_before(text, at)
                if start is not None:
                    yield start, at

    def _is_name(self, name: str) -> bool:
        return not (
            name in _NO_NAMES
            or name[:2] in _NO_NAMES
            or name[1:] in _NO_NAMES
            or name in self._places
            or name[:2] in self._places
            or any(name.endswith(form) for form in (name[-k:] for k in range(2, 5)) if form in self._places)
        )

    def _end_after(self, text: str, at: int) -> int | None:
        """Return where the name ends that begins at a place, None where there is none or it runs into a title."""
        end = self._end_of_name(text, at)
        runs_on = end is not None and any(_TITLES_BEFORE.match(text, i) for i in range(at + 1, end))
        return None if runs_on else end

    def _end_of_name(self, text: str, at: int) -> int | None:
        end = at
        while end < len(text) and end - at < 16 and (text[end] in _SOUNDS or (end > at and text[end] in _JOINTS)):
            end += 1
        while end > at and text[end - 1] in _JOINTS:
            end -= 1
        foreign = end if end - at >= 2 and self._is_name(text[at:end]) and _STOPS.match(text, end) else None
        if foreign and (end - at >= 4 or any(j in text[at:end] for j in _JOINTS)):
            return foreign
        japanese = _JAPANESE_NAME.match(text, at)
        for length in range(4) if japanese else ():
            stop = at + len(japanese[0]) + length  # type: ignore[index]
            if stop <= len(text) and _STOPS.match(text, stop) and text[stop - 1] not in _NO_GIVEN:
                return stop
        native = _NATIVE.match(text, at)
        if native:
            for stop in (native.end() + 1, native.end() + 2):
                given = text[native.end() : stop]
                if len(given) < stop - native.end() or not all(map(_HAN.match, given)):
                    break
                if given[-1] not in _NO_GIVEN and _STOPS.match(text, stop) and self._is_name(text[at:stop]):
                    return stop
        return foreign

    def _start_before(self, text: str, end: int) -> int | None:
        """Return where the name begins that ends at a place, None where there is none."""
        for length in range(2, min(self._longest, end) + 1):
            if text[end - length : end] in self._places:
                return None
        start = end
        while (
            start > 0
            and end - start < 16
            and (text[start - 1] in _SOUNDS or (start < end and text[start - 1] in _JOINTS))
        ):
            start -= 1
        while start < end and text[start] in _JOINTS:
            start += 1
        if text.startswith("介绍", max(0, start - 1)) or (start > 0 and text.startswith(("访华", "对华"), start - 1)):
            start += 1
        # “俄罗斯普京总统”: a place before the name is no part of it
        for cut in range(start, end - 1):
            for length in range(2, min(self._longest, cut) + 1):
                if text[cut - length : cut] in self._places and cut - length < cut:
                    start = max(start, cut)
        if (
            end - start >= 2
            and self._is_name(text[start:end])
            and (end - start >= 3 or start == 0 or not _HAN.match(text[start - 1]) or text[start] not in _SURNAMES)
        ):
            surname_before = start > 0 and text[start - 1] in _SURNAMES and end - start == 2
            if not surname_before:
                return start
        for length in (3, 2, 4):
            first = end - length
            if first < 0:
                continue
            name = text[first:end]
            if not all(map(_HAN.match, name)) or name[-1] in _NO_GIVEN or not self._is_name(name):
                continue
            japanese = _JAPANESE_NAME.match(name)
            native = _NATIVE.match(name)
            if japanese or (native and 1 <= length - native.end() <= 2 and length < 4):
                return first
        return None
